package io.modelserving.codec;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import io.modelserving.tensor.NamedTensors;
import org.jspecify.annotations.Nullable;

/**
 * An inference response of the Open Inference Protocol.
 *
 * @param modelName the model that served the call
 * @param modelVersion its version, left out if null
 * @param id the caller's name for the request, left out if null
 * @param parameters what the server says about the result; strings, numbers and booleans
 * @param outputs the outputs, in the order to write
 */
public record InferenceResponseBody(String modelName, @Nullable String modelVersion, @Nullable String id,
		Map<String, Object> parameters, NamedTensors outputs) {

	public InferenceResponseBody {
		parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
	}

}
