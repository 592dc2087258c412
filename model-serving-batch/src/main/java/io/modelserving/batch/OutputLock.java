package io.modelserving.batch;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import org.jspecify.annotations.Nullable;

/**
 * Keeps two jobs, in whichever processes, from writing one output. The lock ends with the
 * process, whatever ends that.
 */
final class OutputLock implements AutoCloseable {

	private final Path file;

	private final FileChannel channel;

	private OutputLock(Path file, FileChannel channel) {
		this.file = file;
		this.channel = channel;
	}

	/**
	 * Lock an output.
	 * @throws InvalidScoringException if another job has it
	 */
	static OutputLock take(Path output) throws IOException {
		Path file = output.resolveSibling(output.getFileName() + ".lock");
		FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
		if (tryLock(channel) == null) {
			channel.close();
			throw new InvalidScoringException("Another job is writing %s.".formatted(output),
					"Wait for its end, or give this job another output.");
		}
		return new OutputLock(file, channel);
	}

	private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
		try {
			return channel.tryLock();
		}
		catch (OverlappingFileLockException ex) {
			return null;
		}
	}

	@Override
	public void close() throws IOException {
		Files.deleteIfExists(this.file);
		this.channel.close();
	}

}
