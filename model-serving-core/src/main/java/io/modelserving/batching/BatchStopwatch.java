package io.modelserving.batching;

import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * Measures the parts of one run after the other. Not thread-safe.
 */
final class BatchStopwatch {

	private final LongSupplier nanoTime;

	private final long[] parts = new long[3];

	private int part;

	private long begin;

	BatchStopwatch(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	/**
	 * Begin with the first part of a run.
	 */
	void start() {
		Arrays.fill(this.parts, 0);
		this.part = 0;
		this.begin = this.nanoTime.getAsLong();
	}

	/**
	 * End a part, and begin with the next if there is one.
	 */
	void lap() {
		long now = this.nanoTime.getAsLong();
		this.parts[this.part++] = now - this.begin;
		this.begin = now;
	}

	/**
	 * End the run, in whatever part it is.
	 * @return what its parts took
	 */
	BatchTimes stop() {
		if (this.part < this.parts.length) {
			lap();
		}
		return new BatchTimes(this.parts[0], this.parts[1], this.parts[2]);
	}

}
