package io.modelserving.tuning;

import java.time.Duration;

/**
 * Divides time among measurements.
 */
final class Slices {

	private static final Duration SHORTEST = Duration.ofMillis(20);

	private Slices() {
	}

	/**
	 * Return the time of one measurement.
	 * @param nanos the time that is left for all
	 * @param number how many there are
	 * @param longest the longest that makes sense
	 */
	static Duration of(long nanos, int number, Duration longest) {
		return Duration.ofNanos(Math.max(SHORTEST.toNanos(), Math.min(nanos / number, longest.toNanos())));
	}

}
