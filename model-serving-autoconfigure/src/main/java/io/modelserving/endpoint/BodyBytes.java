package io.modelserving.endpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

import io.modelserving.tensor.BufferPool;
import io.modelserving.tensor.BufferPool.PooledBuffers;

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
		ByteBuffer body = read(stream, declared, BufferPool.NONE.acquire());
		return (body.array().length == body.limit()) ? body.array() : Arrays.copyOf(body.array(), body.limit());
	}

	/**
	 * Read a body to its end.
	 * @param stream the body, limited in size
	 * @param declared the length that the caller declared, negative if none
	 * @param memory where arrays are taken from
	 * @return the body, from the beginning of an array to the limit
	 * @throws IOException if it cannot be read
	 */
	static ByteBuffer read(InputStream stream, long declared, PooledBuffers memory) throws IOException {
		byte[] bytes = memory.take((declared < 0) ? UNKNOWN : (int) Math.min(declared, TRUSTED));
		int size = 0;
		while (true) {
			size += stream.readNBytes(bytes, size, bytes.length - size);
			if (size < bytes.length) {
				return ByteBuffer.wrap(bytes, 0, size);
			}
			int next = stream.read();
			if (next < 0) {
				return ByteBuffer.wrap(bytes, 0, size);
			}
			byte[] longer = memory.take(grown(size, declared));
			System.arraycopy(bytes, 0, longer, 0, size);
			longer[size++] = (byte) next;
			bytes = longer;
		}
	}

	private static int grown(int size, long declared) {
		long doubled = Math.max(UNKNOWN, 2L * size);
		return (int) Math.min(Integer.MAX_VALUE - 8, (declared > size) ? Math.min(doubled, declared) : doubled);
	}

}
