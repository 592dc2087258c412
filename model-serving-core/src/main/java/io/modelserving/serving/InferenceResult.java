package io.modelserving.serving;

import org.jspecify.annotations.Nullable;

import io.modelserving.model.ModelKey;
import io.modelserving.serving.cache.CacheOutcome;
import io.modelserving.tensor.NamedTensors;

/**
 * The result of a call.
 *
 * @param model the model and version that gave it
 * @param outputs the outputs asked for, in the order asked, or all in the model's order;
 * none for a decoupled model, whose results the request's sink has
 * @param cache what the cache of the model did for the call, or {@code null} if it has
 * none
 */
public record InferenceResult(ModelKey model, NamedTensors outputs, @Nullable CacheOutcome cache) {

	/**
	 * Create the result of a model that has no cache.
	 */
	public InferenceResult(ModelKey model, NamedTensors outputs) {
		this(model, outputs, null);
	}

}
