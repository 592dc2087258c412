package io.modelserving.batching;

/**
 * Follows how much longer something takes than was predicted, at a percentile: the factor
 * that the given share of the ratios of observed to predicted times stays within. Each
 * ratio beyond the factor raises it, each other one lowers it, by steps whose sizes are
 * to each other as the share of the one to the share of the other (stochastic
 * approximation of a quantile after Robbins and Monro, 1951, on the logarithm). So few
 * late results weigh much and many in time little, as in the additive increase and
 * multiplicative decrease by which Clipper (Crankshaw et al., NSDI 2017) finds its batch
 * sizes; but in balance, the wanted share is in time. When none is late for much longer
 * than it takes in balance, the steps grow, as something must have changed. Thread-safe:
 * the lock of this object orders observations, reading takes none.
 */
public final class Calibration {

	private static final double STEP = 0.1;

	private static final double LEAST = 0.25;

	private static final double MOST = 64;

	private static final double USUAL_CALM = 2;

	private final double percentile;

	private volatile double factor = 1;

	/** How many late ones there should have been since the last. */
	private double calm;

	/**
	 * Create a calibration whose factor is 1.
	 * @param percentile the share of observations that is to stay within the factor
	 */
	public Calibration(double percentile) {
		this.percentile = percentile;
	}

	/**
	 * Return by what predictions are to be multiplied.
	 * @return the factor, greater than zero
	 */
	public double factor() {
		return this.factor;
	}

	/**
	 * Learn from a call. Only such teach something that were predicted to take a good
	 * part of what they may take, or took longer than that.
	 * @param predictedNanos what was predicted, without the factor
	 * @param observedNanos what it took, {@link Long#MAX_VALUE} if it never ended
	 * @param targetNanos what it may take
	 * @param weight how much this counts
	 */
	public void observe(long predictedNanos, long observedNanos, long targetNanos, double weight) {
		if (observedNanos > targetNanos || 4 * this.factor * predictedNanos >= targetNanos) {
			observe(predictedNanos, observedNanos, weight);
		}
	}

	/**
	 * Learn from what was observed.
	 * @param predictedNanos what was predicted, without the factor; nothing is learned
	 * from a prediction of 0
	 * @param observedNanos what it was in fact, {@link Long#MAX_VALUE} if it never ended
	 * @param weight how much this counts: 1, or less where several observations go back
	 * to one cause
	 */
	synchronized void observe(long predictedNanos, long observedNanos, double weight) {
		if (predictedNanos <= 0) {
			return;
		}
		double ratio = (double) observedNanos / predictedNanos;
		double old = this.factor;
		double step = this.percentile;
		if (ratio <= old) {
			this.calm += weight * (1 - this.percentile);
			step = (this.percentile - 1) * Math.max(1, this.calm - USUAL_CALM);
		}
		else {
			this.calm = 0;
		}
		this.factor = Math.max(LEAST, Math.min(MOST, old * Math.exp(STEP * weight * step)));
	}

}
