package io.modelserving.batching;

/**
 * What the parts of a run took. Of a run that failed, the parts that were not reached
 * took nothing.
 *
 * @param mergeNanos the time to put the batch together, in nanoseconds
 * @param runNanos the time that the instance ran it, in nanoseconds
 * @param scatterNanos the time to take the result apart, in nanoseconds
 */
public record BatchTimes(long mergeNanos, long runNanos, long scatterNanos) {

	public long totalNanos() {
		return this.mergeNanos + this.runNanos + this.scatterNanos;
	}

}
