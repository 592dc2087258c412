package io.modelserving.openinference.http;

import java.io.IOException;
import java.io.InputStream;

import io.modelserving.model.InferenceException.InvalidInput;

/**
 * The bytes of a body, up to a limit. It fails as callers shall see it: with
 * {@link RequestTooLarge} beyond the limit, with {@link InvalidInput} if the body breaks
 * off or is broken. Does not close its source.
 */
final class BodyStream extends InputStream {

	private final InputStream source;

	private final long limit;

	private final String breaking;

	private long count;

	/**
	 * Create a stream.
	 * @param source the bytes
	 * @param limit the most that there may be
	 * @param breaking what it means if the source fails
	 */
	BodyStream(InputStream source, long limit, String breaking) {
		this.source = source;
		this.limit = limit;
		this.breaking = breaking;
	}

	@Override
	public int read() {
		byte[] one = new byte[1];
		return (read(one, 0, 1) < 0) ? -1 : Byte.toUnsignedInt(one[0]);
	}

	@Override
	public int read(byte[] target, int offset, int length) {
		try {
			int read = this.source.read(target, offset, (int) Math.min(length, this.limit - this.count + 1));
			this.count += Math.max(0, read);
			if (this.count > this.limit) {
				throw new RequestTooLarge(this.limit);
			}
			return read;
		}
		catch (IOException ex) {
			throw new InvalidInput(this.breaking, ex);
		}
	}

}
