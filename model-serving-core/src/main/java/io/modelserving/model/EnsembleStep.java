package io.modelserving.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A step of an ensemble: a model, and which tensors of the ensemble it takes and gives.
 *
 * @param model the name of the model
 * @param version the version, or {@code null} for the one that its traffic gives
 * @param inputMap the tensor of the ensemble, by the input of the model
 * @param outputMap the tensor of the ensemble, by the output of the model
 */
public record EnsembleStep(String model, @Nullable Long version, Map<String, String> inputMap,
		Map<String, String> outputMap) {

	public EnsembleStep {
		inputMap = Collections.unmodifiableMap(new LinkedHashMap<>(inputMap));
		outputMap = Collections.unmodifiableMap(new LinkedHashMap<>(outputMap));
	}

}
