package io.modelserving.metrics;

import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

import io.modelserving.model.ModelKey;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.model.Outcome;

/**
 * What is observed of one call of a model.
 */
public final class InferenceObservationContext extends Observation.Context {

	private final InferenceRequest request;

	private final @Nullable ModelKey known;

	private volatile @Nullable InferenceResult result;

	InferenceObservationContext(InferenceRequest request, @Nullable ModelKey known) {
		this.request = request;
		this.known = known;
	}

	public InferenceRequest request() {
		return this.request;
	}

	/**
	 * Return the model that serves the call.
	 * @return the model and version that served the call, or before that the one that was
	 * asked for; {@code null} if there is none. Safe as the value of a tag, as callers
	 * cannot make it up
	 */
	public @Nullable ModelKey model() {
		InferenceResult ended = this.result;
		return (ended != null) ? ended.model() : this.known;
	}

	/**
	 * Return the result.
	 * @return the result, or {@code null} if there is none, or none yet
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
		return this.request.outcome(getError());
	}

}
