package io.modelserving.fuzz;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;

import com.sun.management.ThreadMXBean;

/**
 * Watches how much memory it takes to decode something.
 */
public final class Budget {

	private static final long BASE_BYTES = 4 << 20;

	private static final long BYTES_PER_BYTE = 512;

	private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	private static final BufferPoolMXBean DIRECT = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)
		.stream()
		.filter(pool -> pool.getName().equals("direct"))
		.findFirst()
		.orElseThrow();

	private Budget() {
	}

	/**
	 * Decode something, and once more if that took too much: the first time, classes may
	 * have been loaded.
	 * @param inputBytes the size of what is decoded
	 * @param decoding decodes it
	 * @throws AssertionError if that takes more memory, on the heap or off it, than the
	 * input can justify
	 */
	public static void check(long inputBytes, Runnable decoding) {
		long allowed = BASE_BYTES + BYTES_PER_BYTE * inputBytes;
		long taken = taken(decoding);
		for (int i = 0; taken > allowed && i < 2; i++) {
			taken = taken(decoding);
		}
		if (taken > allowed) {
			throw new AssertionError("%d bytes of input take %d bytes of memory".formatted(inputBytes, taken));
		}
	}

	private static long taken(Runnable decoding) {
		long heap = THREADS.getCurrentThreadAllocatedBytes();
		long direct = DIRECT.getMemoryUsed();
		decoding.run();
		return THREADS.getCurrentThreadAllocatedBytes() - heap + Math.max(0, DIRECT.getMemoryUsed() - direct);
	}

}
