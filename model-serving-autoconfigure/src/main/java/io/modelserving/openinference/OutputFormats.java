package io.modelserving.openinference;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.modelserving.codec.InferenceCodec;
import io.modelserving.codec.InferenceRequestBody;
import io.modelserving.codec.RequestedOutput;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.Quoted;
import io.modelserving.tensor.NamedTensors;
import org.jspecify.annotations.Nullable;

/**
 * How a caller wants the outputs. What is said of one output counts more than what is
 * said of all.
 */
public final class OutputFormats {

	private static final String BINARY = "binary_data";

	private static final String CLASSES = "classification";

	private static final String SHARED_MEMORY = "shared_memory_region";

	private final boolean binaryByDefault;

	private final Map<String, Boolean> binary;

	private final Map<String, Integer> classes;

	private OutputFormats(boolean binaryByDefault, Map<String, Boolean> binary, Map<String, Integer> classes) {
		this.binaryByDefault = binaryByDefault;
		this.binary = binary;
		this.classes = classes;
	}

	/**
	 * Read how a caller wants the outputs.
	 * @param body what the caller sent
	 * @return the formats
	 * @throws InvalidInput if a parameter makes no sense or asks for what is not offered
	 */
	public static OutputFormats of(InferenceRequestBody body) {
		Map<String, Boolean> binary = new LinkedHashMap<>();
		Map<String, Integer> classes = new LinkedHashMap<>();
		for (RequestedOutput output : body.outputs()) {
			String label = "output %s: ".formatted(Quoted.name(output.name()));
			if (output.parameters().containsKey(SHARED_MEMORY)) {
				throw new InvalidInput(
						"%sparameter \"%s\" is not supported, as the server shares no memory with callers; leave it out"
							.formatted(label, SHARED_MEMORY));
			}
			Boolean asBytes = flag(label, output.parameters(), BINARY);
			if (asBytes != null) {
				binary.put(output.name(), asBytes);
			}
			Object count = output.parameters().get(CLASSES);
			if (count != null) {
				classes.put(output.name(), count(label, count));
			}
		}
		Boolean all = flag("", body.parameters(), InferenceCodec.BINARY_OUTPUT);
		return new OutputFormats(all != null && all, binary, classes);
	}

	private static @Nullable Boolean flag(String label, Map<String, Object> parameters, String name) {
		Object value = parameters.get(name);
		if (value == null || value instanceof Boolean) {
			return (Boolean) value;
		}
		throw new InvalidInput(
				"%sparameter \"%s\" is %s; true or false is needed".formatted(label, name, Quoted.text(value)));
	}

	private static int count(String label, Object value) {
		if (value instanceof Long count && count >= 1) {
			return (int) Math.min(Integer.MAX_VALUE, count);
		}
		throw new InvalidInput("%sparameter \"%s\" is %s; a whole number of classes is needed, at least 1"
			.formatted(label, CLASSES, Quoted.text(value)));
	}

	/**
	 * Return the outputs whose elements the caller wants as bytes, where the protocol's
	 * carrier leaves a choice.
	 * @param names the names of all outputs
	 * @return those that go as bytes
	 */
	public Set<String> binary(Set<String> names) {
		return names.stream()
			.filter((name) -> this.binary.getOrDefault(name, this.binaryByDefault))
			.collect(Collectors.toSet());
	}

	/**
	 * Put the best classes in the place of the outputs that the caller wants so.
	 * @param outputs what the model gave
	 * @param labels gives the labels of an output, empty if its classes have none
	 * @return the outputs for the caller
	 * @throws InvalidInput if an output has no scores
	 */
	public NamedTensors apply(NamedTensors outputs, Function<String, List<String>> labels) {
		if (this.classes.isEmpty()) {
			return outputs;
		}
		return outputs.map((name, tensor) -> {
			Integer count = this.classes.get(name);
			return (count != null) ? new Classification(name, count, labels.apply(name)).of(tensor) : tensor;
		});
	}

}
