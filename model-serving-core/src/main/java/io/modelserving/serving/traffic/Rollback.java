package io.modelserving.serving.traffic;

import org.jspecify.annotations.Nullable;

/**
 * When a version that fails loses its traffic: as soon as more than a share of its last
 * calls have failed. Only what the server is to blame for counts, which is failed runs
 * and deadlines that have passed.
 *
 * @param to the version to return to, which is never taken back itself; {@code null} for
 * the highest that serves below the one that fails
 * @param window the number of recent calls that are evaluated
 * @param minimumCalls the number of calls before which nothing is decided
 * @param failureRatio the share of failures above which the version loses its traffic,
 * from 0 to less than 1
 */
public record Rollback(@Nullable Long to, int window, int minimumCalls, double failureRatio) {

	/** Largest window, which bounds the memory of each version. */
	public static final int MAX_WINDOW = 100_000;

	public Rollback {
		if (to != null && to < 1) {
			throw new IllegalArgumentException("rollback: version %d is not a positive number".formatted(to));
		}
		if (window < 1 || window > MAX_WINDOW) {
			throw new IllegalArgumentException(
					"rollback: window is %d; it must be from 1 to %d".formatted(window, MAX_WINDOW));
		}
		if (minimumCalls < 1 || minimumCalls > window) {
			throw new IllegalArgumentException("rollback: minimum-calls is %d; it must be from 1 to the window of %d"
				.formatted(minimumCalls, window));
		}
		if (!(failureRatio >= 0 && failureRatio < 1)) {
			throw new IllegalArgumentException(
					"rollback: failure-ratio is %s; it must be at least 0 and less than 1".formatted(failureRatio));
		}
	}

	/**
	 * Return to the next lower version if more than a fifth of the last 100 calls have
	 * failed, and 20 at least have ended.
	 * @return the rollback
	 */
	public static Rollback defaults() {
		return new Rollback(null, 100, 20, 0.2);
	}

}
