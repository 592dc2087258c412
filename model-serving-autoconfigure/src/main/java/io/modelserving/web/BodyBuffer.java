package io.modelserving.web;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

import org.jspecify.annotations.Nullable;

import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.tensor.BufferPool.PooledBuffers;

/**
 * The bytes of a body that have arrived. It grows with them, whatever length the sender
 * has declared. Not thread-safe.
 */
public final class BodyBuffer {

	/** More bytes are not taken on the word of a sender who may not send them. */
	private static final int FIRST = 16 << 10;

	private static final int LARGEST = 1 << 20;

	private static final Duration SOON = Duration.ofSeconds(1);

	private final long expected;

	private final PooledBuffers arrays;

	private final BodyMemory memory;

	/** Filled one after the other; all but the last are full. */
	private final Deque<ByteBuffer> segments = new ArrayDeque<>(2);

	private long size;

	private long counted;

	/**
	 * Create a buffer.
	 * @param expected the length that the sender has declared, negative if none
	 * @param arrays where arrays are taken from
	 * @param memory counts them
	 */
	public BodyBuffer(long expected, PooledBuffers arrays, BodyMemory memory) {
		this.expected = expected;
		this.arrays = arrays;
		this.memory = memory;
	}

	/**
	 * Return how much has arrived.
	 * @return the number of bytes
	 */
	public long size() {
		return this.size;
	}

	/**
	 * Copy bytes into this buffer.
	 * @param source the bytes, which are consumed
	 * @throws Overloaded if there is no memory for them
	 */
	public void append(ByteBuffer source) {
		while (source.hasRemaining()) {
			ByteBuffer last = lastWithRoom();
			int count = Math.min(source.remaining(), last.remaining());
			last.put(last.position(), source, source.position(), count);
			last.position(last.position() + count);
			source.position(source.position() + count);
			this.size += count;
		}
	}

	private ByteBuffer lastWithRoom() {
		ByteBuffer last = this.segments.peekLast();
		if (last != null && last.hasRemaining()) {
			return last;
		}
		int length = (int) Math.max(1, Math.min((this.expected > this.size) ? this.expected - this.size : LARGEST,
				Math.min(Math.max(FIRST, this.size), LARGEST)));
		if (!this.memory.tryAdd(this.counted, length)) {
			throw new Overloaded("the memory for arriving bodies is full", SOON);
		}
		this.counted += length;
		ByteBuffer next = ByteBuffer.wrap(this.arrays.take(length));
		this.segments.add(next);
		return next;
	}

	/**
	 * Return the next bytes and forget them. Nothing is appended any more.
	 * @return the bytes, valid until {@link #release()}, or {@code null} at the end
	 */
	public @Nullable ByteBuffer next() {
		ByteBuffer segment = this.segments.poll();
		return (segment != null) ? segment.flip() : null;
	}

	/**
	 * Return how much there is to take.
	 * @return the number of bytes that {@link #next()} gives
	 */
	public int available() {
		ByteBuffer segment = this.segments.peek();
		return (segment != null) ? segment.position() : 0;
	}

	/**
	 * Give the memory back. Nobody may read what was in this buffer after that.
	 */
	public void release() {
		this.memory.subtract(this.counted);
		this.counted = 0;
		this.arrays.release();
	}

}
