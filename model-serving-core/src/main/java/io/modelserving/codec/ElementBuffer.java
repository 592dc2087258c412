package io.modelserving.codec;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;

import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.tensor.BufferPool.PooledBuffers;

/**
 * Memory of a tensor of numbers in the making, in the machine's byte order. It grows as
 * elements arrive, so that a shape alone claims no more than {@value #FIRST_BYTES} bytes.
 * On the heap, where it can be pooled, as a direct buffer costs more than the copy that
 * it saves: an instance copies its inputs into direct memory that it uses again. Large
 * tensors are off the heap, so that a small heap does not limit them.
 */
final class ElementBuffer {

	static final int FIRST_BYTES = 1 << 20;

	/** From where on tensors do not go to the heap. */
	private static final int DIRECT_BYTES = 8 << 20;

	private static final int CHUNK_BYTES = 8192;

	private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

	private final int bytes;

	private final PooledBuffers memory;

	private ByteBuffer buffer;

	/**
	 * Create a buffer.
	 * @param bytes the size of all elements
	 * @param memory where arrays are taken from
	 */
	ElementBuffer(int bytes, PooledBuffers memory) {
		this.bytes = bytes;
		this.memory = memory;
		this.buffer = allocate(Math.min(bytes, FIRST_BYTES));
	}

	private ByteBuffer allocate(int size) {
		boolean direct = this.bytes >= DIRECT_BYTES;
		try {
			ByteBuffer allocated = direct ? ByteBuffer.allocateDirect(size)
					: ByteBuffer.wrap(this.memory.take(size), 0, size).slice();
			return allocated.order(ByteOrder.nativeOrder());
		}
		catch (OutOfMemoryError ex) {
			throw new Overloaded("there is no memory left for the tensors of requests (%s)"
				.formatted(direct ? "-XX:MaxDirectMemorySize" : "-Xmx"), RETRY_AFTER);
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
		byte[] chunk = new byte[this.buffer.hasArray() ? 0 : CHUNK_BYTES];
		int missing = this.bytes - position();
		while (missing > 0) {
			if (!this.buffer.hasRemaining()) {
				grow();
			}
			int read = this.buffer.hasArray() ? readIntoArray(source) : readThrough(chunk, source);
			if (read < 0) {
				return missing;
			}
			missing -= read;
		}
		return 0;
	}

	private int readIntoArray(InputStream source) throws IOException {
		int position = this.buffer.position();
		int read = source.read(this.buffer.array(), position, this.buffer.remaining());
		this.buffer.position(position + Math.max(0, read));
		return read;
	}

	private int readThrough(byte[] chunk, InputStream source) throws IOException {
		int read = source.read(chunk, 0, Math.min(chunk.length, this.buffer.remaining()));
		this.buffer.put(chunk, 0, Math.max(0, read));
		return read;
	}

	/**
	 * Return the elements.
	 * @return the memory, from the first element to the last
	 */
	ByteBuffer toBuffer() {
		return this.buffer.flip();
	}

}
