package io.modelserving.client;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import io.modelserving.tensor.NamedTensors;
import org.jspecify.annotations.Nullable;

/**
 * The response of a model.
 *
 * @param model the name of the model
 * @param version the version that served the request, if the server says
 * @param id the caller's name for the request, if it had one
 * @param parameters what the server says about the response
 * @param outputs the outputs, in the server's order
 */
public record InferResponse(String model, @Nullable String version, @Nullable String id, Map<String, Object> parameters,
		NamedTensors outputs) {

	public InferResponse {
		parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
	}

}
