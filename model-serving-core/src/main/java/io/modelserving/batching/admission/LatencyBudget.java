package io.modelserving.batching.admission;

import io.modelserving.batching.admission.Admission.Decision;

/**
 * How late a call that arrives now may complete. Decides by a prediction whether to admit
 * it, as Clockwork (Gujarati et al., OSDI 2020) does: a call that would be late is
 * rejected before anything is spent on it. Pure.
 *
 * @param deadlineNanos the time until the deadline of its caller, in nanoseconds
 * @param targetNanos what calls may take for the objective to be met, in nanoseconds;
 * {@link Long#MAX_VALUE} if there is no objective
 * @param elapsedNanos the time that has passed since the call arrived, in nanoseconds
 * @param factor by how much calls take longer than predicted
 */
public record LatencyBudget(long deadlineNanos, long targetNanos, long elapsedNanos, double factor) {

	/** At any time. */
	public static final LatencyBudget ANY = new LatencyBudget(Long.MAX_VALUE, Long.MAX_VALUE, 0, 1);

	/**
	 * Decide whether to admit a call. What an instance would take at once is always let
	 * in. A call that could not meet the objective even alone, as it has too many rows or
	 * the objective is too short for the model, is admitted while the wait is at most
	 * half of the objective, or one run, so that instances have always work.
	 */
	public Decision admit(Prediction prediction) {
		if (prediction.waitNanos() <= 0) {
			return Decision.ADMITTED;
		}
		if (this.factor * prediction.leastNanos() > this.deadlineNanos) {
			return Decision.LATE;
		}
		return (this.targetNanos != Long.MAX_VALUE && this.factor * prediction.waitNanos() > longestWait(prediction))
				? Decision.BEYOND_OBJECTIVE : Decision.ADMITTED;
	}

	private double longestWait(Prediction prediction) {
		double own = this.factor * prediction.ownNanos();
		return (own <= this.targetNanos) ? this.targetNanos - this.elapsedNanos - own
				: Math.max(this.targetNanos / 2.0 - this.elapsedNanos, this.factor * prediction.runNanos());
	}

	public boolean isAny() {
		return this.deadlineNanos == Long.MAX_VALUE && this.targetNanos == Long.MAX_VALUE;
	}

}
