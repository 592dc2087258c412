package io.modelserving.batching;

import java.time.Duration;

/**
 * Estimates how fast a batcher gets through its work. The rate is the rows of the recent
 * runs over the time they took, older runs counting less and less (an exponentially
 * weighted moving average), times the instances. Before the first run the cost curve
 * stands in. Thread-safe.
 */
final class LoadEstimate {

	private static final double WEIGHT_OF_LATEST = 0.1;

	private static final Duration UNKNOWN = Duration.ofSeconds(1);

	private final CostCurve costs;

	private int maxBatchSize;

	private int instances;

	private double rowsPerRun;

	private double nanosPerRun;

	LoadEstimate(CostCurve costs, int maxBatchSize, int instances) {
		this.costs = costs;
		this.maxBatchSize = maxBatchSize;
		this.instances = instances;
	}

	synchronized void instances(int number) {
		this.instances = number;
	}

	synchronized void maxBatchSize(int rows) {
		this.maxBatchSize = rows;
	}

	synchronized void executed(int rows, long nanos) {
		if (this.nanosPerRun == 0) {
			this.rowsPerRun = rows;
			this.nanosPerRun = Math.max(1, nanos);
			return;
		}
		this.rowsPerRun += WEIGHT_OF_LATEST * (rows - this.rowsPerRun);
		this.nanosPerRun += WEIGHT_OF_LATEST * (nanos - this.nanosPerRun);
	}

	/**
	 * Return the rate at which rows are answered while all instances are busy.
	 * @return rows a second, 0 if nothing is known
	 */
	synchronized double rowsPerSecond() {
		if (this.nanosPerRun > 0) {
			return this.instances * this.rowsPerRun / this.nanosPerRun * 1e9;
		}
		long nanos = this.costs.nanosFor(this.maxBatchSize);
		return (nanos > 0) ? this.instances * this.maxBatchSize * 1e9 / nanos : 0;
	}

	/**
	 * Return the time until all that waits now has left the queue.
	 * @param queuedRows the number of rows that wait
	 * @return the time; a second if nothing is known
	 */
	Duration timeToDrain(int queuedRows) {
		double rate = rowsPerSecond();
		return (rate > 0) ? Duration.ofNanos((long) (queuedRows / rate * 1e9)) : UNKNOWN;
	}

	/**
	 * Return the least time until a call that arrives now is answered.
	 * @param queuedRows the number of rows that wait before it; the time that the runs
	 * under way still take is not counted
	 * @param rows the number of its rows
	 * @return the time in nanoseconds
	 */
	synchronized long leastNanosUntilAnswered(int queuedRows, int rows) {
		double rate = rowsPerSecond();
		long waiting = (rate > 0) ? (long) (queuedRows / rate * 1e9) : 0;
		return waiting + this.costs.nanosFor(Math.min(rows, this.maxBatchSize));
	}

}
