package io.modelserving.client;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What a server says of a model.
 *
 * @param name the name
 * @param versions the versions that can be called
 * @param platform the format and the runtime
 * @param inputs the inputs
 * @param outputs the outputs
 * @param properties what else there is to say
 */
public record ModelMetadata(String name, List<String> versions, String platform, List<TensorMetadata> inputs,
		List<TensorMetadata> outputs, Map<String, String> properties) {

	public ModelMetadata(String name, @Nullable List<String> versions, String platform, List<TensorMetadata> inputs,
			List<TensorMetadata> outputs, @Nullable Map<String, String> properties) {
		this.name = name;
		this.versions = (versions != null) ? List.copyOf(versions) : List.of();
		this.platform = platform;
		this.inputs = List.copyOf(inputs);
		this.outputs = List.copyOf(outputs);
		this.properties = (properties != null) ? Collections.unmodifiableMap(new LinkedHashMap<>(properties))
				: Map.of();
	}

	/**
	 * An input or an output.
	 *
	 * @param name the name
	 * @param datatype the element type
	 * @param shape the dimensions, -1 where any size will do
	 */
	public record TensorMetadata(String name, String datatype, List<Long> shape) {

		public TensorMetadata {
			shape = List.copyOf(shape);
		}

	}

}
