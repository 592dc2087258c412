package io.modelserving.openinference;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.modelserving.model.ModelMetadata;
import io.modelserving.serving.ModelDetails;

/**
 * What a server says of a model.
 *
 * @param name the name
 * @param versions the versions that can be called
 * @param platform the format and the runtime
 * @param inputs the inputs, in the model's order
 * @param outputs the outputs, in the model's order
 * @param properties what the model's file says about itself
 */
public record ModelDescription(String name, List<String> versions, String platform, List<TensorDescription> inputs,
		List<TensorDescription> outputs, Map<String, String> properties) {

	public ModelDescription {
		versions = List.copyOf(versions);
		inputs = List.copyOf(inputs);
		outputs = List.copyOf(outputs);
	}

	static ModelDescription of(String name, List<String> versions, ModelDetails details) {
		return new ModelDescription(name, versions, details.metadata().platform(),
				details.signature().inputs().stream().map(TensorDescription::of).toList(),
				details.signature().outputs().stream().map(TensorDescription::of).toList(),
				properties(details.metadata()));
	}

	private static Map<String, String> properties(ModelMetadata metadata) {
		Map<String, String> properties = new TreeMap<>(metadata.properties());
		properties.put("description", metadata.description());
		properties.put("producer", metadata.producer());
		properties.values().removeIf(String::isBlank);
		return properties;
	}

}
