package io.modelserving.autoconfigure;

import org.jspecify.annotations.Nullable;

import io.modelserving.serving.traffic.Rollback;

/**
 * When a version that fails loses its traffic.
 *
 * @param enabled Whether a version loses its traffic when too many of its calls fail.
 * @param to Version to return to; by default the highest that serves below the one that
 * fails.
 * @param window Number of recent calls that are evaluated.
 * @param minimumCalls Number of calls before which nothing is decided.
 * @param failureRatio Share of failed calls above which a version loses its traffic, from
 * 0 to less than 1.
 */
record RollbackProperties(@Nullable Boolean enabled, @Nullable Long to, @Nullable Integer window,
		@Nullable Integer minimumCalls, @Nullable Double failureRatio) {

	RollbackProperties over(RollbackProperties defaults) {
		return new RollbackProperties(Merge.first(this.enabled, defaults.enabled), Merge.first(this.to, defaults.to),
				Merge.first(this.window, defaults.window), Merge.first(this.minimumCalls, defaults.minimumCalls),
				Merge.first(this.failureRatio, defaults.failureRatio));
	}

	void check(PropertyPath path) {
		path.check(this.to == null || this.to > 0, "to", this.to, "versions are positive numbers");
		path.check(this.window == null || (this.window >= 1 && this.window <= Rollback.MAX_WINDOW), "window",
				this.window, "it must be from 1 to %d".formatted(Rollback.MAX_WINDOW));
		path.atLeast(1, "minimum-calls", this.minimumCalls);
		path.check(this.failureRatio == null || (this.failureRatio >= 0 && this.failureRatio < 1), "failure-ratio",
				this.failureRatio, "it must be at least 0 and less than 1");
	}

	/**
	 * Return the rule.
	 * @return the rule, or {@code null} if there shall be none. A window that is smaller
	 * than the number of calls wanted counts as wanting all of it
	 */
	@Nullable Rollback rollback() {
		if (!Merge.or(this.enabled, false)) {
			return null;
		}
		Rollback defaults = Rollback.defaults();
		int calls = Merge.or(this.window, defaults.window());
		return new Rollback(this.to, calls, Math.min(calls, Merge.or(this.minimumCalls, defaults.minimumCalls())),
				Merge.or(this.failureRatio, defaults.failureRatio()));
	}

}
