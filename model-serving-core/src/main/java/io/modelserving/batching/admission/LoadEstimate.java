package io.modelserving.batching.admission;

/**
 * What is known of how fast a batcher gets through its work. The rate is the rows of the
 * recent runs over the time they took, older runs counting less and less (an
 * exponentially weighted moving average), times the instances. Before the first run the
 * cost curve stands in.
 * <p>
 * Protocol: the lock of this object guards the rate, and orders those who report runs.
 * The costs are immutable and are read without it.
 */
public final class LoadEstimate {

	private static final double WEIGHT_OF_LATEST = 0.1;

	private volatile RunCosts costs;

	private volatile int maxBatchSize;

	private volatile int instances;

	private volatile double requestsPerRun = 1;

	private double rowsPerRun;

	private double nanosPerRun;

	public LoadEstimate(CostCurve measured, int maxBatchSize, int instances) {
		this.costs = RunCosts.of(measured);
		this.maxBatchSize = maxBatchSize;
		this.instances = instances;
	}

	public void instances(int number) {
		this.instances = number;
	}

	public int instances() {
		return this.instances;
	}

	public void maxBatchSize(int rows) {
		this.maxBatchSize = rows;
	}

	public synchronized void executed(int requests, int rows, long nanos) {
		this.costs = this.costs.after(rows, nanos);
		this.requestsPerRun += WEIGHT_OF_LATEST * (requests - this.requestsPerRun);
		if (this.nanosPerRun == 0) {
			this.rowsPerRun = rows;
			this.nanosPerRun = Math.max(1, nanos);
			return;
		}
		this.rowsPerRun += WEIGHT_OF_LATEST * (rows - this.rowsPerRun);
		this.nanosPerRun += WEIGHT_OF_LATEST * (nanos - this.nanosPerRun);
	}

	public RunCosts costs() {
		return this.costs;
	}

	/**
	 * Return the number of requests that recent runs had on average.
	 */
	public double requestsPerRun() {
		return this.requestsPerRun;
	}

	/**
	 * Return the rate at which rows are completed while all instances are busy.
	 * @return rows a second, 0 if nothing is known
	 */
	public synchronized double rowsPerSecond() {
		if (this.nanosPerRun > 0) {
			return this.instances * this.rowsPerRun / this.nanosPerRun * 1e9;
		}
		long nanos = this.costs.nanosFor(this.maxBatchSize);
		return (nanos > 0) ? this.instances * this.maxBatchSize * 1e9 / nanos : 0;
	}

}
