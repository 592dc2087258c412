package io.modelserving.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the file of a model says about itself.
 *
 * @param platform the format and runtime, for instance {@code onnx_onnxv1}
 * @param producer the tool that wrote the file, empty if unknown
 * @param description the description, empty if there is none
 * @param properties further entries, such as author and license
 */
public record ModelMetadata(String platform, String producer, String description, Map<String, String> properties) {

	public ModelMetadata {
		properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
	}

}
