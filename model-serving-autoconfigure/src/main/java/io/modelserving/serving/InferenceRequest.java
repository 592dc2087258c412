package io.modelserving.serving;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.modelserving.tensor.NamedTensors;

/**
 * One call of a model.
 *
 * @param model the name of the model
 * @param version the version, or {@code null} for the default one
 * @param inputs the tensors
 * @param outputs the names of the outputs wanted, empty for all
 * @param timeout how long the call may take, or {@code null} for the model's own limit;
 * the shorter of the two counts
 */
public record InferenceRequest(String model, @Nullable Long version, NamedTensors inputs, List<String> outputs,
		@Nullable Duration timeout) {

	public InferenceRequest {
		outputs = List.copyOf(outputs);
	}

	/**
	 * Create a request for all outputs of the default version.
	 * @param model the name of the model
	 * @param inputs the tensors
	 * @return the request
	 */
	public static InferenceRequest of(String model, NamedTensors inputs) {
		return new InferenceRequest(model, null, inputs, List.of(), null);
	}

}
