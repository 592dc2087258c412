package io.modelserving.repository.cache;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Locks that keep out other threads, and other processes on this machine. Thread-safe.
 */
final class FileLocks {

	private static final Logger logger = LoggerFactory.getLogger(FileLocks.class);

	/** A process has a lock once, whoever of its threads asks. */
	private static final ConcurrentMap<Path, Object> MONITORS = new ConcurrentHashMap<>();

	private FileLocks() {
	}

	/**
	 * Do something that nobody else does at the same time.
	 * @param <T> the type of the result
	 * @param file the file that is locked; it is made and stays
	 * @param action what to do
	 * @return its result
	 * @throws IOException if the file cannot be opened, or from the action
	 */
	static <T> T exclusively(Path file, Action<T> action) throws IOException {
		synchronized (MONITORS.computeIfAbsent(file.toAbsolutePath().normalize(), (path) -> new Object())) {
			try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
					FileLock lock = lock(channel, file)) {
				return action.run();
			}
		}
	}

	/** Some network drives know no locks. */
	private static @Nullable FileLock lock(FileChannel channel, Path file) throws IOException {
		try {
			return channel.lock();
		}
		catch (FileLockInterruptionException ex) {
			throw ex;
		}
		catch (IOException ex) {
			logger.warn("{} cannot be locked, so other processes are not kept out: {}", file, ex.toString());
			return null;
		}
	}

	/** What is done under a lock. */
	interface Action<T> {

		T run() throws IOException;

	}

}
