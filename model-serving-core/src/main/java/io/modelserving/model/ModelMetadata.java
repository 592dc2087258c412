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
 */
public record ModelMetadata(String platform, String producer, String description, Map<String, String> properties,
		List<EnsembleStep> steps) {

	public ModelMetadata {
		steps = List.copyOf(steps);
		properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
	}

	/**
	 * Create the metadata of a model that is no ensemble.
	 */
	public ModelMetadata(String platform, String producer, String description, Map<String, String> properties) {
		this(platform, producer, description, properties, List.of());
	}

}
