package io.modelserving.endpoint;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.modelserving.serving.LatencyEstimate;

/**
 * What a large request that arrives now has to expect. Pure.
 *
 * @param waitNanos the time that it does not spend on its own encoding and run, in
 * nanoseconds
 * @param totalNanos the time until it is completed, in nanoseconds
 * @param targetNanos what it may take for the objective to be met, in nanoseconds;
 * {@link Long#MAX_VALUE} if there is no objective
 */
record EncodingEstimate(long waitNanos, long totalNanos, long targetNanos) {

	static EncodingEstimate of(EncodingLoad stage, @Nullable LatencyEstimate model) {
		long encoded = stage.waitNanos() + stage.nanosPerRequest();
		if (model == null) {
			return new EncodingEstimate(stage.waitNanos(), encoded, Long.MAX_VALUE);
		}
		long begun = Math.max(encoded, model.waitNanos());
		return new EncodingEstimate(begun - stage.nanosPerRequest(), begun + model.runNanos(), model.targetNanos());
	}

	/**
	 * Return why the request is rejected. What could not meet the objective even alone is
	 * let in while it waits no longer than half of it.
	 * @param factor by how much requests take longer than predicted
	 * @param timeoutNanos the time that its caller gives it, in nanoseconds
	 * @param elapsedNanos how much of it has passed, in nanoseconds
	 * @return the reason, or {@code null} if it is not rejected
	 */
	@Nullable String rejection(double factor, long timeoutNanos, long elapsedNanos) {
		if (this.waitNanos <= 0) {
			return null;
		}
		if (factor * this.totalNanos > timeoutNanos - elapsedNanos) {
			return "too much is to be encoded; the response could not be ready within %d ms"
				.formatted(Duration.ofNanos(timeoutNanos).toMillis());
		}
		double own = factor * (this.totalNanos - this.waitNanos);
		double longest = (own <= this.targetNanos) ? this.targetNanos - own : this.targetNanos / 2.0;
		return (this.targetNanos != Long.MAX_VALUE && factor * this.waitNanos > longest - elapsedNanos)
				? "too much is to be encoded and run; the response could not be ready in time (batching.latency-objective)"
				: null;
	}

	/**
	 * Return when it may be worth trying again.
	 */
	Duration retryAfter(EncodingLoad stage) {
		return (this.waitNanos > 0) ? Duration.ofNanos(this.waitNanos) : stage.timeToDrain();
	}

}
