package io.modelserving.tuning;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.modelserving.model.ModelKey;

/**
 * The progress of the tuning of a model.
 *
 * @param key the model and version
 * @param request what is wanted
 * @param since when it was begun
 * @param state whether it goes on, or how it has ended
 * @param step the number of the step under way, or of the last one
 * @param steps the number of steps, as far as is known
 * @param doing the step in words, or why it has ended without a result
 * @param result what was found, or {@code null} unless it is done
 */
public record TuningStatus(ModelKey key, TuningRequest request, Instant since, State state, int step, int steps,
		String doing, @Nullable TuningResult result) {

	static TuningStatus begun(ModelKey key, TuningRequest request, Instant since) {
		return new TuningStatus(key, request, since, State.RUNNING, 0, 1, "waiting to begin", null);
	}

	TuningStatus at(int newStep, int newSteps, String newDoing) {
		return new TuningStatus(this.key, this.request, this.since, this.state, newStep, newSteps, newDoing, null);
	}

	TuningStatus ended(State newState, String why) {
		return new TuningStatus(this.key, this.request, this.since, newState, this.step, this.steps, why, null);
	}

	TuningStatus done(TuningResult found) {
		return new TuningStatus(this.key, this.request, this.since, State.DONE, this.steps, this.steps, "", found);
	}

	/**
	 * Whether it goes on.
	 */
	public enum State {

		/** It goes on. */
		RUNNING,

		/** There is a result. */
		DONE,

		/** The model could not be tuned. */
		FAILED,

		/** It was ended before there was a result. */
		CANCELLED

	}

}
