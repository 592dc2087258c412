package io.modelserving.metrics;

import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.Outcome;

/**
 * What is observed of one call of a model.
 */
public final class InferenceObservationContext extends Observation.Context {

	private final InferenceRequest request;

	private volatile @Nullable InferenceResult result;

	InferenceObservationContext(InferenceRequest request) {
		this.request = request;
	}

	public InferenceRequest request() {
		return this.request;
	}

	/**
	 * Return the answer.
	 * @return the answer, or {@code null} if there is none, or none yet
	 */
	public @Nullable InferenceResult result() {
		return this.result;
	}

	void result(@Nullable InferenceResult newResult) {
		this.result = newResult;
	}

	/**
	 * Return how the call ended.
	 * @return the outcome; to be asked when the observation stops
	 */
	public Outcome outcome() {
		return Outcome.of(getError());
	}

}
