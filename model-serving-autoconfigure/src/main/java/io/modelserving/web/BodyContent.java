package io.modelserving.web;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

import org.jspecify.annotations.Nullable;

/**
 * What a body says: its bytes, inflated where they are compressed, within bounds. Reading
 * fails with {@link BodyTooLarge} as soon as a bound is exceeded, and with
 * {@link BrokenCoding} if the body cannot be inflated. Closing it frees what inflating
 * took; the source stays open. Not thread-safe.
 */
public final class BodyContent extends InputStream {

	private final Sent sent;

	private final ContentCoding coding;

	private final BodyBounds bounds;

	private @Nullable InputStream inflated;

	private long count;

	/**
	 * Create a content.
	 * @param source the body as it is sent, read from when this is
	 * @param coding how it is compressed
	 * @param bounds how large it may be
	 */
	public BodyContent(InputStream source, ContentCoding coding, BodyBounds bounds) {
		this.sent = new Sent(source, bounds);
		this.coding = coding;
		this.bounds = bounds;
	}

	@Override
	public int read() throws IOException {
		byte[] one = new byte[1];
		return (read(one, 0, 1) < 0) ? -1 : Byte.toUnsignedInt(one[0]);
	}

	@Override
	public int read(byte[] target, int offset, int length) throws IOException {
		if (this.coding == ContentCoding.IDENTITY) {
			return this.sent.read(target, offset, length);
		}
		int read = inflate(target, offset, (int) Math.min(length, this.bounds.maxBytes() - this.count + 1));
		this.count += Math.max(0, read);
		if (this.count > this.bounds.maxBytes()) {
			throw BodyTooLarge.size(this.bounds);
		}
		if (this.bounds.exceedsRatio(this.sent.count, this.count)) {
			throw BodyTooLarge.ratio(this.bounds);
		}
		return read;
	}

	private int inflate(byte[] target, int offset, int length) throws IOException {
		try {
			InputStream source = this.inflated;
			if (source == null) {
				source = this.coding.inflate(this.sent);
				this.inflated = source;
			}
			int read = source.read(target, offset, length);
			if (read < 0 && this.sent.count == 0) {
				throw new EOFException("nothing was sent");
			}
			return read;
		}
		catch (IOException ex) {
			throw (this.sent.failure != null) ? this.sent.failure : new BrokenCoding(this.coding, ex);
		}
	}

	@Override
	public void close() throws IOException {
		if (this.inflated != null) {
			this.inflated.close();
		}
	}

	/** Counts what is sent, and knows what failed there. */
	private static final class Sent extends InputStream {

		private final InputStream source;

		private final BodyBounds bounds;

		private long count;

		private @Nullable IOException failure;

		private Sent(InputStream source, BodyBounds bounds) {
			this.source = source;
			this.bounds = bounds;
		}

		@Override
		public int read() throws IOException {
			byte[] one = new byte[1];
			return (read(one, 0, 1) < 0) ? -1 : Byte.toUnsignedInt(one[0]);
		}

		@Override
		public int read(byte[] target, int offset, int length) throws IOException {
			try {
				int read = this.source.read(target, offset,
						(int) Math.min(length, this.bounds.maxBytes() - this.count + 1));
				this.count += Math.max(0, read);
				if (this.count > this.bounds.maxBytes()) {
					throw BodyTooLarge.size(this.bounds);
				}
				return read;
			}
			catch (IOException ex) {
				this.failure = ex;
				throw ex;
			}
		}

		@Override
		public int available() throws IOException {
			return this.source.available();
		}

	}

}
