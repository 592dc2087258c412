package io.modelserving.endpoint;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Takes lines out of bytes that arrive in pieces. Of a line that is too long, nothing is
 * kept. Not thread-safe.
 */
final class LineBuffer {

	/** Stands for a line that was too long. */
	static final byte[] TOO_LONG = {};

	private final int limit;

	private byte[] bytes = new byte[0];

	private int from;

	private int searched;

	private int to;

	private boolean skipping;

	/**
	 * Create a buffer.
	 * @param limit the most bytes of a line
	 */
	LineBuffer(int limit) {
		this.limit = limit;
	}

	/**
	 * Add bytes, once there is no line left to take.
	 * @param piece the bytes
	 * @param count how many of them
	 */
	void add(byte[] piece, int count) {
		int kept = this.to - this.from;
		if (this.bytes.length < kept + count) {
			byte[] larger = new byte[Math.max(kept + count, 2 * kept)];
			System.arraycopy(this.bytes, this.from, larger, 0, kept);
			this.bytes = larger;
		}
		else {
			System.arraycopy(this.bytes, this.from, this.bytes, 0, kept);
		}
		System.arraycopy(piece, 0, this.bytes, kept, count);
		this.searched -= this.from;
		this.from = 0;
		this.to = kept + count;
	}

	/**
	 * Take the next line that is not blank.
	 * @return the line without its end, {@link #TOO_LONG}, or {@code null} if none is
	 * complete
	 */
	byte @Nullable [] next() {
		while (this.searched < this.to) {
			if (this.bytes[this.searched++] == '\n') {
				byte[] line = take(this.searched - 1, this.searched);
				if (line != null) {
					return line;
				}
			}
		}
		if (this.to - this.from > this.limit) {
			this.skipping = true;
			this.from = this.to;
		}
		return null;
	}

	/**
	 * Take the last line, which need not have an end.
	 * @return the line, {@link #TOO_LONG}, or {@code null} if it is blank
	 */
	byte @Nullable [] last() {
		return take(this.to, this.to);
	}

	private byte @Nullable [] take(int end, int next) {
		byte[] line = (this.skipping || end - this.from > this.limit) ? TOO_LONG
				: isBlank(end) ? null : Arrays.copyOfRange(this.bytes, this.from, end);
		this.skipping = false;
		this.from = next;
		return line;
	}

	private boolean isBlank(int end) {
		for (int i = this.from; i < end; i++) {
			if (this.bytes[i] != ' ' && this.bytes[i] != '\t' && this.bytes[i] != '\r') {
				return false;
			}
		}
		return true;
	}

}
