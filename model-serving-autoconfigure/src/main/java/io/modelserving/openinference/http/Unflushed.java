package io.modelserving.openinference.http;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Leaves it to the server when to send and when to end, so that a short response goes out
 * as one piece of known length.
 */
final class Unflushed extends FilterOutputStream {

	Unflushed(OutputStream target) {
		super(target);
	}

	@Override
	public void write(byte[] bytes, int offset, int length) throws IOException {
		this.out.write(bytes, offset, length);
	}

	@Override
	public void flush() {
	}

	@Override
	public void close() {
	}

}
