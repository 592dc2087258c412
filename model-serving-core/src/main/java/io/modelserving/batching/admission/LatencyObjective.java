package io.modelserving.batching.admission;

import java.time.Duration;

/**
 * What calls may take at most, but for a few: the time within which the given share of
 * the accepted calls is to be completed, counted from the arrival of each.
 *
 * @param latency the time, longer than zero
 * @param percentile the share of the calls that it is to hold for, at least 0.5 and below
 * 1
 */
public record LatencyObjective(Duration latency, double percentile) {

	/** The share of calls where nothing else is said. */
	public static final double DEFAULT_PERCENTILE = 0.99;

	/**
	 * What is left to work with; the rest is for what is not seen here, as the socket.
	 */
	private static final double SHARE_TO_PLAN_WITH = 0.9;

	private static final Duration LONGEST = Duration.ofDays(1);

	public LatencyObjective {
		if (latency.isNegative() || latency.isZero() || latency.compareTo(LONGEST) > 0) {
			throw new IllegalArgumentException(
					"latency-objective is %s; it must be longer than 0 and at most a day".formatted(latency));
		}
		if (!(percentile >= 0.5 && percentile < 1)) {
			throw new IllegalArgumentException(
					"latency-percentile is %s; it must be at least 0.5 and below 1, such as 0.99"
						.formatted(percentile));
		}
	}

	/**
	 * Return the time that is planned with: the objective less a reserve.
	 * @return the time in nanoseconds
	 */
	public long targetNanos() {
		return (long) (SHARE_TO_PLAN_WITH * this.latency.toNanos());
	}

}
