package io.modelserving.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the file of a model says about itself.
 *
 * @param platform the format and runtime, for instance {@code onnx_onnxv1}
 * @param producer the tool that wrote the file, empty if unknown
 * @param description the description, empty if there is none
 * @param properties further entries, such as author and license
 * @param steps the steps of an ensemble, with all their inputs and outputs; empty for any
 * other model
 * @param decoupled whether a call has any number of results, which are sent one by one
 */
public record ModelMetadata(String platform, String producer, String description, Map<String, String> properties,
		List<EnsembleStep> steps, boolean decoupled) {

	public ModelMetadata {
		steps = List.copyOf(steps);
		properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
	}

	/**
	 * Create the metadata of a model whose calls have one result.
	 */
	public ModelMetadata(String platform, String producer, String description, Map<String, String> properties,
			List<EnsembleStep> steps) {
		this(platform, producer, description, properties, steps, false);
	}

	/**
	 * Create the metadata of a model that is no ensemble.
	 */
	public ModelMetadata(String platform, String producer, String description, Map<String, String> properties) {
		this(platform, producer, description, properties, List.of());
	}

}
