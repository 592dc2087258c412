package io.modelserving.openinference;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import io.modelserving.model.ModelMetadata;
import io.modelserving.serving.ModelDetails;
import io.modelserving.tensor.TensorSpec;

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
				TensorDescription.inputs(details.signature()), TensorDescription.outputs(details.signature()),
				properties(details));
	}

	private static Map<String, String> properties(ModelDetails details) {
		ModelMetadata metadata = details.metadata();
		Map<String, String> properties = new TreeMap<>(metadata.properties());
		properties.put("description", metadata.description());
		properties.put("producer", metadata.producer());
		properties.put("optional-inputs",
				details.signature().optionalInputs().stream().map(TensorSpec::name).collect(Collectors.joining(",")));
		properties.values().removeIf(String::isBlank);
		return properties;
	}

}
