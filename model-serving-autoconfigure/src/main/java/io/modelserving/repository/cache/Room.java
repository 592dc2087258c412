package io.modelserving.repository.cache;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * Room on the disk of the cache. What does not fit is removed, so that the disk is left
 * as it was. Thread-safe.
 */
interface Room {

	/**
	 * Make room.
	 * @param bytes how many are about to be written
	 * @return how many are free on the disk after what is not used has been removed, if
	 * that was needed
	 * @throws IOException if the disk cannot be asked
	 */
	long make(long bytes) throws IOException;

	/**
	 * Require that a file fits.
	 * @param entry where it is kept
	 * @param bytes how many are to come
	 * @throws DownloadException if there is no room for it
	 */
	default void require(CacheEntry entry, long bytes) throws IOException {
		long free = make(bytes);
		if (free < bytes) {
			entry.discardPart();
			throw full(entry, "which needs %d more bytes of disk and has %d".formatted(bytes, free), null);
		}
	}

	/**
	 * Write what has arrived.
	 * @return the number of bytes
	 * @throws DownloadException if the disk does not take them
	 */
	default int write(CacheEntry entry, FileChannel part, ByteBuffer arrived) throws IOException {
		try {
			return part.write(arrived);
		}
		catch (ClosedByInterruptException ex) {
			throw ex;
		}
		catch (IOException ex) {
			entry.discardPart();
			throw full(entry, "which cannot be written to: " + ex.getMessage(), ex);
		}
	}

	private static DownloadException full(CacheEntry entry, String problem, @Nullable IOException cause) {
		Path cache = entry.directory().toAbsolutePath().getParent();
		return new DownloadException(
				"%s cannot be kept in the cache %s, %s; free space there, or set model-serving.downloads.cache-directory to another disk"
					.formatted(entry.location(), cache, problem),
				DownloadException.DISK, true, cause);
	}

}
