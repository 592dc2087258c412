package io.modelserving.batching;

import java.time.Duration;

/**
 * Decides whether there is room for a call in the queue. Pure.
 * <p>
 * A capacity that was set counts rows, and is never exceeded. The default one admits a
 * call if nothing waits, or if no more waits than is completed within five seconds and
 * takes no more than a part of the heap: a small model is not overloaded by what a large
 * one could not complete in minutes.
 *
 * @param policy the limits
 * @param mostBytes the most memory that calls may take which wait beyond the capacity
 */
record QueueRoom(BatchingPolicy policy, long mostBytes) {

	/** What waits may take as long to complete. */
	static final Duration SOON = Duration.ofSeconds(5);

	/** What it takes to keep a slice, besides its tensors. */
	static final int BYTES_PER_SLICE = 512;

	/**
	 * Return the most rows that a call may ever have.
	 */
	long mostRows() {
		long slices = Math.min(Integer.MAX_VALUE, this.mostBytes / BYTES_PER_SLICE);
		return this.policy.elastic() ? Math.max(this.policy.queueCapacity(), slices * this.policy.maxBatchSize())
				: this.policy.queueCapacity();
	}

	/**
	 * Decide on a call.
	 * @param waitingRows the rows that wait
	 * @param waitingBytes the memory that they take
	 * @param rows the rows of the call
	 * @param bytes the memory that it takes
	 * @param waitNanos the time until what waits is run, in nanoseconds, or -1 if that is
	 * not known
	 * @return whether there is room
	 */
	boolean isEnough(int waitingRows, long waitingBytes, int rows, long bytes, long waitNanos) {
		if ((long) waitingRows + rows <= this.policy.queueCapacity()) {
			return true;
		}
		if (!this.policy.elastic() || (long) waitingRows + rows > Integer.MAX_VALUE) {
			return false;
		}
		return waitingRows == 0
				|| (waitNanos >= 0 && waitNanos <= SOON.toNanos() && waitingBytes + bytes <= this.mostBytes);
	}

}
