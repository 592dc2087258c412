package io.modelserving.serving;

import java.time.Duration;

/**
 * Decides when a model that has failed is tried again: after 1, 2, 4 and so on seconds,
 * at most a minute. Pure.
 */
final class RetryPolicy {

	private static final Duration LONGEST = Duration.ofMinutes(1);

	private RetryPolicy() {
	}

	/**
	 * Return the time until the next attempt.
	 * @param failures the number of attempts that have failed in a row, at least 1
	 * @return the time
	 */
	static Duration delayAfter(int failures) {
		return (failures > 6) ? LONGEST : Duration.ofSeconds(1L << (failures - 1));
	}

}
