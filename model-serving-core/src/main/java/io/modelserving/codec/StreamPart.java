package io.modelserving.codec;

import java.io.IOException;
import java.io.InputStream;

/**
 * The first bytes of a stream. The rest can be read from the stream itself afterwards.
 */
final class StreamPart extends InputStream {

	private final InputStream source;

	private long remaining;

	/**
	 * Create a part.
	 * @param source the stream; left open
	 * @param length the number of bytes
	 */
	StreamPart(InputStream source, long length) {
		this.source = source;
		this.remaining = length;
	}

	/**
	 * Return how many bytes have not been read.
	 * @return the number; after the end was read it is how many the stream lacks
	 */
	long remaining() {
		return this.remaining;
	}

	@Override
	public int read() throws IOException {
		int read = (this.remaining > 0) ? this.source.read() : -1;
		this.remaining -= (read >= 0) ? 1 : 0;
		return read;
	}

	@Override
	public int read(byte[] target, int offset, int length) throws IOException {
		if (this.remaining == 0) {
			return -1;
		}
		int read = this.source.read(target, offset, (int) Math.min(length, this.remaining));
		this.remaining -= Math.max(0, read);
		return read;
	}

}
