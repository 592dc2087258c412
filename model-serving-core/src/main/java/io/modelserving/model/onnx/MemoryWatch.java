package io.modelserving.model.onnx;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import com.sun.management.HotSpotDiagnosticMXBean;
import org.slf4j.LoggerFactory;

import io.modelserving.model.ModelSize;

/**
 * Warns before a model is loaded for which the memory of the process may not suffice.
 * Models that are loaded are part of the memory in use; those that are being loaded are
 * added up here. It warns once of a file. Thread-safe.
 */
final class MemoryWatch {

	static final MemoryWatch PROCESS = new MemoryWatch(new MemoryLimit(Path.of("/")), Runtime.getRuntime().maxMemory(),
			maxDirectMemory(), MemoryWatch::managed, LoggerFactory.getLogger(MemoryWatch.class)::warn);

	/** Loading takes a model's file and its copy in the layout that kernels want. */
	private static final int COPIES = 2;

	private static final long USUAL_DIRECT = 256 << 20;

	private final MemoryLimit system;

	private final long maxHeap;

	private final long maxDirect;

	private final LongSupplier managed;

	private final Consumer<String> warnings;

	private final AtomicLong loading = new AtomicLong();

	private final Set<Path> warned = ConcurrentHashMap.newKeySet();

	/**
	 * Create a watch.
	 * @param system says what the process has and may have
	 * @param maxHeap the most that the heap may take
	 * @param maxDirect the most that direct buffers may take
	 * @param managed what heap and direct buffers have now
	 * @param warnings gets the warnings
	 */
	MemoryWatch(MemoryLimit system, long maxHeap, long maxDirect, LongSupplier managed, Consumer<String> warnings) {
		this.system = system;
		this.maxHeap = maxHeap;
		this.maxDirect = maxDirect;
		this.managed = managed;
		this.warnings = warnings;
	}

	private static long managed() {
		return Runtime.getRuntime().totalMemory() + ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)
			.stream()
			.filter((pool) -> pool.getName().equals("direct"))
			.mapToLong(BufferPoolMXBean::getMemoryUsed)
			.sum();
	}

	/**
	 * Return what direct buffers may take. Where it is not configured, they may take as
	 * much as the heap, and seldom do.
	 */
	private static long maxDirectMemory() {
		long usual = Math.min(Runtime.getRuntime().maxMemory(), USUAL_DIRECT);
		try {
			HotSpotDiagnosticMXBean options = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
			long configured = Long.parseLong(options.getVMOption("MaxDirectMemorySize").getValue());
			return (configured > 0) ? configured : usual;
		}
		catch (RuntimeException | LinkageError ex) {
			return usual;
		}
	}

	/**
	 * Look at the memory before a session is created.
	 * @param file the file of the model
	 * @return to be closed when the session exists, or cannot be created
	 */
	Load begin(Path file) {
		long bytes = COPIES * ModelSize.of(file);
		long all = this.loading.addAndGet(bytes);
		this.system.resident().ifPresent((resident) -> {
			long inUse = Math.max(0, resident - this.managed.getAsLong());
			String warning = new MemoryNeed(this.maxHeap, this.maxDirect, inUse, all).warning(file, this.system.read());
			if (warning != null && this.warned.add(file)) {
				this.warnings.accept(warning);
			}
		});
		return () -> this.loading.addAndGet(-bytes);
	}

	/**
	 * The load of a session.
	 */
	interface Load extends AutoCloseable {

		@Override
		void close();

	}

}
