package io.modelserving.batch;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file that is written from a committed length on: what an earlier process has written
 * behind it is cut off. For one thread.
 */
final class LinesFile implements Closeable {

	private final FileChannel channel;

	LinesFile(Path file, long committed) throws IOException {
		this.channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
		if (this.channel.size() < committed) {
			long size = this.channel.size();
			this.channel.close();
			throw new InvalidScoringException(
					"%s has %d bytes, but %d were committed: it was changed since the job ended.".formatted(file, size,
							committed),
					"Put it back, or set model-serving.batch.run to another name and begin anew.");
		}
		this.channel.truncate(committed);
		this.channel.position(committed);
	}

	void write(byte[] bytes) throws IOException {
		ByteBuffer buffer = ByteBuffer.wrap(bytes);
		while (buffer.hasRemaining()) {
			this.channel.write(buffer);
		}
	}

	/**
	 * Have what was written survive the machine.
	 * @return the length
	 */
	long force() throws IOException {
		this.channel.force(false);
		return this.channel.position();
	}

	@Override
	public void close() throws IOException {
		this.channel.close();
	}

}
