package io.modelserving.endpoint;

import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;

import org.jspecify.annotations.Nullable;

/**
 * A body of JSON in memory, as a stream for a parser, from which long strings of base64
 * can be taken without the parser's reading them: it sees only their beginning, up to
 * what it had read before, and their end. Not thread-safe.
 */
final class JsonBody extends InputStream {

	private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

	private static final long ONES = 0x0101010101010101L;

	private static final long QUOTES = '"' * ONES;

	private final byte[] bytes;

	private final int length;

	private int position;

	private int leftOut;

	/**
	 * Create a body.
	 * @param bytes an array that begins with the body
	 * @param length the length of the body
	 */
	JsonBody(byte[] bytes, int length) {
		this.bytes = bytes;
		this.length = length;
	}

	@Override
	public int read() {
		return (this.position < this.length) ? this.bytes[this.position++] & 0xff : -1;
	}

	@Override
	public int read(byte[] target, int offset, int length) {
		if (length == 0) {
			return 0;
		}
		int count = Math.min(length, this.length - this.position);
		if (count <= 0) {
			return -1;
		}
		System.arraycopy(this.bytes, this.position, target, offset, count);
		this.position += count;
		return count;
	}

	@Override
	public int available() {
		return this.length - this.position;
	}

	/**
	 * Decode a string at which the parser is, and leave the rest of it out of the stream.
	 * @param offset where the parser says that the string begins, with its quotation mark
	 * @return what it stands for, or {@code null}, with nothing left out, if this is no
	 * string of padded base64 without escapes
	 */
	byte @Nullable [] takeBase64(long offset) {
		long start = offset + this.leftOut;
		if (start < 0 || start >= this.length || this.bytes[(int) start] != '"') {
			return null;
		}
		int from = (int) start + 1;
		int end = quote(from);
		if (end < 0 || (end - from) % 4 != 0) {
			return null;
		}
		byte[] decoded = decode(ByteBuffer.wrap(this.bytes, from, end - from));
		if (decoded != null && end > this.position) {
			this.leftOut += end - this.position;
			this.position = end;
		}
		return decoded;
	}

	private static byte @Nullable [] decode(ByteBuffer base64) {
		try {
			ByteBuffer decoded = Base64.getDecoder().decode(base64);
			byte[] bytes = decoded.array();
			return (bytes.length == decoded.limit()) ? bytes : Arrays.copyOf(bytes, decoded.limit());
		}
		catch (IllegalArgumentException ex) {
			// another alphabet, an escape or a line break
			return null;
		}
	}

	/** Looks at eight bytes at a time: one that is a quotation mark becomes zero. */
	private int quote(int from) {
		int i = from;
		for (; i <= this.length - Long.BYTES; i += Long.BYTES) {
			long zero = (long) LONGS.get(this.bytes, i) ^ QUOTES;
			long found = (zero - ONES) & ~zero & (ONES << 7);
			if (found != 0) {
				return i + Long.numberOfTrailingZeros(found) / Byte.SIZE;
			}
		}
		for (; i < this.length; i++) {
			if (this.bytes[i] == '"') {
				return i;
			}
		}
		return -1;
	}

}
