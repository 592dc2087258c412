package io.modelserving.batching.admission;

/**
 * What a call that arrives now has to expect. Pure.
 *
 * @param waitNanos the time until its first row is run, in nanoseconds; 0 if it need not
 * wait, or nothing is known
 * @param leastNanos the time until its last row is completed if nothing joins its batch,
 * in nanoseconds
 * @param totalNanos the time until its last row is completed, in nanoseconds
 * @param runNanos what one run takes under load, in nanoseconds
 */
public record Prediction(long waitNanos, long leastNanos, long totalNanos, long runNanos) {

	/** Nothing has to be waited for. */
	public static final Prediction NONE = new Prediction(0, 0, 0, 0);

	/**
	 * Predict. Instances take batches in turn, each when its run ends; a call that waits
	 * is run in a batch that is full by then.
	 * @param before the rows that go before the call
	 * @param rows the number of its rows
	 * @param batchRows the rows that a batch has while others wait
	 * @param costs what runs cost
	 * @param runs what is under way
	 * @param now the current nanosecond time
	 */
	public static Prediction of(int before, int rows, int batchRows, RunCosts costs, RunsUnderWay runs, long now) {
		long full = costs.nanosFor(batchRows);
		int last = (before + rows - 1) / batchRows;
		long wait = runs.nanosUntil(before / batchRows, full, now);
		long untilLast = runs.nanosUntil(last, full, now);
		long least = untilLast + costs.nanosFor((before + rows - 1) % batchRows + 1);
		return new Prediction(wait, least, (untilLast > 0) ? untilLast + full : least, full);
	}

	/**
	 * Predict for a call that goes on to another batcher, which works meanwhile on what
	 * goes before it.
	 * @param nextWaitNanos the time until that batcher could run the call
	 * @param nextRunNanos the time that it then takes
	 * @return what the call has to expect of both
	 */
	public Prediction before(long nextWaitNanos, long nextRunNanos) {
		long begun = Math.max(this.totalNanos, nextWaitNanos);
		return new Prediction(begun - ownNanos(), begun + nextRunNanos, begun + nextRunNanos, nextRunNanos);
	}

	/**
	 * Return the time from its first row being run to its result.
	 * @return the time in nanoseconds
	 */
	public long ownNanos() {
		return this.totalNanos - this.waitNanos;
	}

}
