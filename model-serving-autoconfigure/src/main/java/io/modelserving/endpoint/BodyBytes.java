package io.modelserving.endpoint;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Reads bodies into memory.
 */
final class BodyBytes {

	/** What is taken on the word of a caller who may not send it. */
	private static final int TRUSTED = 1 << 20;

	private static final int UNKNOWN = 64 << 10;

	private BodyBytes() {
	}

	/**
	 * Read a body to its end.
	 * @param stream the body, limited in size
	 * @param declared the length that the caller declared, negative if none
	 * @return the body
	 * @throws IOException if it cannot be read
	 */
	static byte[] read(InputStream stream, long declared) throws IOException {
		byte[] bytes = new byte[(declared < 0) ? UNKNOWN : (int) Math.min(declared, TRUSTED)];
		int size = 0;
		while (true) {
			int count = stream.readNBytes(bytes, size, bytes.length - size);
			size += count;
			if (size < bytes.length) {
				return Arrays.copyOf(bytes, size);
			}
			int next = stream.read();
			if (next < 0) {
				return bytes;
			}
			bytes = Arrays.copyOf(bytes, grown(size, declared));
			bytes[size++] = (byte) next;
		}
	}

	private static int grown(int size, long declared) {
		long doubled = Math.max(UNKNOWN, 2L * size);
		return (int) Math.min(Integer.MAX_VALUE - 8, (declared > size) ? Math.min(doubled, declared) : doubled);
	}

}
