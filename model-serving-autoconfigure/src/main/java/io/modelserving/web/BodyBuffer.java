package io.modelserving.web;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.tensor.BufferPool.Loan;

/**
 * The bytes of a body that have arrived. It grows with them, whatever length the sender
 * has declared. Not thread-safe.
 */
final class BodyBuffer {

	/** More bytes are not taken on the word of a sender who may not send them. */
	private static final int FIRST = 16 << 10;

	private static final int LARGEST = 1 << 20;

	private static final Duration SOON = Duration.ofSeconds(1);

	private final long expected;

	private final Loan arrays;

	private final BodyMemory memory;

	private final List<byte[]> segments = new ArrayList<>(1);

	private int usedOfLast;

	private long size;

	private long counted;

	/**
	 * Create a buffer.
	 * @param expected the length that the sender has declared, negative if none
	 * @param arrays where arrays are taken from
	 * @param memory counts them
	 */
	BodyBuffer(long expected, Loan arrays, BodyMemory memory) {
		this.expected = expected;
		this.arrays = arrays;
		this.memory = memory;
	}

	long size() {
		return this.size;
	}

	/**
	 * Read once.
	 * @param source where to read
	 * @return the number of bytes, negative at the end
	 * @throws IOException if the source fails
	 * @throws Overloaded if there is no memory for more
	 */
	int readFrom(InputStream source) throws IOException {
		byte[] last = lastWithRoom();
		int count = source.read(last, this.usedOfLast, last.length - this.usedOfLast);
		if (count > 0) {
			this.usedOfLast += count;
			this.size += count;
		}
		return count;
	}

	private byte[] lastWithRoom() {
		if (!this.segments.isEmpty()) {
			byte[] last = this.segments.get(this.segments.size() - 1);
			if (this.usedOfLast < last.length) {
				return last;
			}
		}
		int length = (int) Math.max(1, Math.min((this.expected > this.size) ? this.expected - this.size : LARGEST,
				Math.min(Math.max(FIRST, this.size), LARGEST)));
		if (!this.memory.tryAdd(this.counted, length)) {
			throw new Overloaded("the memory for arriving bodies is full", SOON);
		}
		this.counted += length;
		byte[] next = this.arrays.take(length);
		this.segments.add(next);
		this.usedOfLast = 0;
		return next;
	}

	/**
	 * Return the bytes.
	 * @return a stream from the first byte on
	 */
	InputStream toStream() {
		List<InputStream> streams = new ArrayList<>();
		for (int i = 0; i < this.segments.size(); i++) {
			byte[] segment = this.segments.get(i);
			boolean isLast = i == this.segments.size() - 1;
			streams.add(new ByteArrayInputStream(segment, 0, isLast ? this.usedOfLast : segment.length));
		}
		return (streams.size() == 1) ? streams.get(0) : new SequenceInputStream(Collections.enumeration(streams));
	}

	/**
	 * Give the memory back. Nobody may read a stream of this buffer after that.
	 */
	void release() {
		forget();
		this.arrays.release();
	}

	/**
	 * Leave the memory to the garbage collector, as somebody may still read into it.
	 */
	void forget() {
		this.memory.subtract(this.counted);
		this.counted = 0;
	}

}
