package io.modelserving.batching.admission;

import java.util.Arrays;
import java.util.List;

import io.modelserving.batching.admission.CostCurve.Point;

/**
 * What a run costs, by its number of rows: as warm-up has measured it, corrected by what
 * recent runs took. Of each power of two rows, the ratio of what runs take to what was
 * measured is followed by an exponentially weighted moving average. Sizes that do not
 * occur follow the ratio of all runs, slowly, so that what was seen of them once does not
 * count for ever. Where nothing was measured, the first run stands in for it. Immutable.
 */
public final class RunCosts {

	private static final double WEIGHT_OF_LATEST = 0.1;

	private static final double WEIGHT_OF_OTHERS = 0.01;

	private static final int BUCKETS = 16;

	private final CostCurve measured;

	private final double[] ratios;

	private final double overall;

	private RunCosts(CostCurve measured, double[] ratios, double overall) {
		this.measured = measured;
		this.ratios = ratios;
		this.overall = overall;
	}

	public static RunCosts of(CostCurve measured) {
		double[] ratios = new double[BUCKETS];
		Arrays.fill(ratios, 1);
		return new RunCosts(measured, ratios, 1);
	}

	public boolean isKnown() {
		return this.measured.isKnown();
	}

	/**
	 * Return the costs as they are seen after one more run.
	 * @param rows the number of its rows, at least 1
	 * @param nanos the time that it took, in nanoseconds
	 */
	RunCosts after(int rows, long nanos) {
		if (!isKnown()) {
			return of(new CostCurve(List.of(new Point(rows, Math.max(1, nanos)))));
		}
		double ratio = (double) Math.max(1, nanos) / Math.max(1, this.measured.nanosFor(rows));
		double all = this.overall + WEIGHT_OF_LATEST * (ratio - this.overall);
		int own = bucket(rows);
		double[] changed = new double[BUCKETS];
		for (int i = 0; i < BUCKETS; i++) {
			double old = this.ratios[i];
			changed[i] = (i == own) ? old + WEIGHT_OF_LATEST * (ratio - old) : old + WEIGHT_OF_OTHERS * (all - old);
		}
		return new RunCosts(this.measured, changed, all);
	}

	/**
	 * Estimate the cost of a run.
	 * @param rows the number of rows, at least 1
	 * @return the time in nanoseconds, 0 if nothing is known
	 */
	public long nanosFor(int rows) {
		return (long) (this.measured.nanosFor(rows) * this.ratios[bucket(rows)]);
	}

	private static int bucket(int rows) {
		return Math.min(BUCKETS - 1, Integer.SIZE - Integer.numberOfLeadingZeros(rows - 1));
	}

}
