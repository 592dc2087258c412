package io.modelserving.web;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Leaves it to the server when to send and when to end, so that a short response goes out
 * as one piece of known length.
 */
final class Unflushed extends FilterOutputStream {

	private boolean ended;

	Unflushed(OutputStream target) {
		super(target);
	}

	/** Drop what is written from now on. */
	void end() {
		this.ended = true;
	}

	@Override
	public void write(int single) throws IOException {
		write(new byte[] { (byte) single }, 0, 1);
	}

	@Override
	public void write(byte[] bytes, int offset, int length) throws IOException {
		if (!this.ended) {
			this.out.write(bytes, offset, length);
		}
	}

	@Override
	public void flush() {
	}

	@Override
	public void close() {
	}

}
