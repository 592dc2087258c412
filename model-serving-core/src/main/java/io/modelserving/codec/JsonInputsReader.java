package io.modelserving.codec;

import java.util.LinkedHashMap;
import java.util.Map;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.ModelSignature;
import io.modelserving.model.Quoted;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads an object that has the elements of each input under its name. Types come from the
 * signature, shapes from how the elements are nested.
 */
final class JsonInputsReader {

	private final ModelSignature signature;

	private final ByteBudget budget;

	JsonInputsReader(ModelSignature signature, ByteBudget budget) {
		this.signature = signature;
		this.budget = budget;
	}

	NamedTensors read(JsonText text) {
		Map<String, Tensor> tensors = new LinkedHashMap<>();
		try (JsonParser parser = text.parser()) {
			requireObject(parser.nextToken());
			for (String name = parser.nextName(); name != null; name = parser.nextName()) {
				parser.nextToken();
				tensors.put(name, read(name, text.slice(parser)));
			}
		}
		return NamedTensors.of(tensors);
	}

	/**
	 * Say whether a text is a request of the protocol rather than such an object.
	 * @param text the text
	 * @return {@code true} if its {@code inputs} are objects
	 */
	static boolean isRequest(JsonText text) {
		try (JsonParser parser = text.parser()) {
			requireObject(parser.nextToken());
			for (String name = parser.nextName(); name != null; name = parser.nextName()) {
				parser.nextToken();
				if (name.equals("inputs")) {
					return parser.currentToken() == JsonToken.START_ARRAY
							&& parser.nextToken() == JsonToken.START_OBJECT;
				}
				parser.skipChildren();
			}
			return false;
		}
	}

	private static void requireObject(JsonToken token) {
		if (token != JsonToken.START_OBJECT) {
			throw new InvalidInput("an object is needed, with the elements of each input under its name");
		}
	}

	private Tensor read(String name, JsonText data) {
		TensorSpec spec = this.signature.allInputs()
			.stream()
			.filter((input) -> input.name().equals(name))
			.findFirst()
			.orElseThrow(() -> new InvalidInput("the model has no input %s, but [%s]".formatted(Quoted.name(name),
					Quoted.list(this.signature.allInputs()))));
		Nesting nesting = Nesting.of(data);
		try (JsonParser parser = data.parser()) {
			parser.nextToken();
			return new JsonDataReader(parser, InputHeader.label(name), spec.dataType(), nesting.shapeFor(spec.shape()),
					this.budget)
				.read();
		}
	}

}
