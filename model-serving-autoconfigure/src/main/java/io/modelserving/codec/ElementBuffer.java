package io.modelserving.codec;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;

import io.modelserving.model.InferenceException.Overloaded;

/**
 * Memory of a tensor of numbers in the making, in the machine's byte order. It grows as
 * elements arrive, so that a shape alone claims no more than {@value #FIRST_BYTES} bytes.
 * Off the heap, unless it is so small that a direct buffer costs more than the copy that
 * it saves.
 */
final class ElementBuffer {

	static final int FIRST_BYTES = 1 << 20;

	/** Where a direct buffer begins to pay. */
	private static final int DIRECT_BYTES = 2048;

	private static final int CHUNK_BYTES = 8192;

	private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

	private final int bytes;

	private ByteBuffer buffer;

	/**
	 * Create a buffer.
	 * @param bytes the size of all elements
	 */
	ElementBuffer(int bytes) {
		this.bytes = bytes;
		this.buffer = allocate(Math.min(bytes, FIRST_BYTES));
	}

	private ByteBuffer allocate(int size) {
		ByteBuffer allocated = (this.bytes < DIRECT_BYTES) ? ByteBuffer.allocate(size) : allocateDirect(size);
		return allocated.order(ByteOrder.nativeOrder());
	}

	private static ByteBuffer allocateDirect(int size) {
		try {
			return ByteBuffer.allocateDirect(size);
		}
		catch (OutOfMemoryError ex) {
			throw new Overloaded("there is no memory left for the tensors of requests (-XX:MaxDirectMemorySize)",
					RETRY_AFTER);
		}
	}

	/**
	 * Return the buffer to write one element to.
	 * @param size the size of the element
	 * @return the buffer, at the place of the element; to be asked for anew each time
	 */
	ByteBuffer room(int size) {
		if (this.buffer.remaining() < size) {
			grow();
		}
		return this.buffer;
	}

	private void grow() {
		if (this.buffer.capacity() == this.bytes) {
			throw new IllegalStateException("the tensor has all its %d bytes".formatted(this.bytes));
		}
		this.buffer = allocate((int) Math.min(this.bytes, 2L * this.buffer.capacity())).put(this.buffer.flip());
	}

	int position() {
		return this.buffer.position();
	}

	/**
	 * Read what is missing.
	 * @param source where to read from
	 * @return the number of bytes that are still missing because the source has ended
	 * @throws IOException if the source fails
	 */
	int fillFrom(InputStream source) throws IOException {
		byte[] chunk = new byte[Math.min(CHUNK_BYTES, this.bytes)];
		int missing = this.bytes - position();
		while (missing > 0) {
			int read = source.read(chunk, 0, Math.min(chunk.length, missing));
			if (read < 0) {
				return missing;
			}
			while (this.buffer.remaining() < read) {
				grow();
			}
			this.buffer.put(chunk, 0, read);
			missing -= read;
		}
		return 0;
	}

	/**
	 * Return the elements.
	 * @return the memory, from the first element to the last
	 */
	ByteBuffer toBuffer() {
		return this.buffer.flip();
	}

}
