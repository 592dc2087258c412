package io.modelserving.codec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Tensor;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads the body of a request. Keys that the protocol does not know are skipped.
 */
final class JsonRequestReader {

	private final JsonText text;

	private final JsonParser parser;

	private final ByteBudget budget;

	private @Nullable String id;

	private Map<String, Object> parameters = Map.of();

	private @Nullable Map<String, Tensor> inputs;

	private List<RequestedOutput> outputs = List.of();

	JsonRequestReader(JsonText text, JsonParser parser, ByteBudget budget) {
		this.text = text;
		this.parser = parser;
		this.budget = budget;
	}

	InferenceRequestBody read() {
		JsonToken first = this.parser.nextToken();
		if (first != JsonToken.START_OBJECT) {
			throw new InvalidInput("the body is %s; an object with \"inputs\" is needed"
				.formatted((first != null) ? JsonTokens.describe(first) : "empty"));
		}
		for (String key = this.parser.nextName(); key != null; key = this.parser.nextName()) {
			readValue(key, this.parser.nextToken());
		}
		if (this.parser.nextToken() != null) {
			throw new InvalidInput("something follows the end of the body's object");
		}
		if (this.inputs == null) {
			throw new InvalidInput("inputs is missing");
		}
		return new InferenceRequestBody(this.id, this.parameters, NamedTensors.of(this.inputs), this.outputs);
	}

	private void readValue(String key, JsonToken token) {
		switch (key) {
			case "id" -> this.id = readId(token);
			case "parameters" -> this.parameters = JsonParameters.read(this.parser);
			case "inputs" -> this.inputs = readInputs(token);
			case "outputs" -> this.outputs = readOutputs(token);
			default -> this.parser.skipChildren();
		}
	}

	private @Nullable String readId(JsonToken token) {
		return switch (token) {
			case VALUE_STRING -> this.parser.getString();
			case VALUE_NULL -> null;
			default -> throw new InvalidInput("id is %s; a string is needed".formatted(JsonTokens.describe(token)));
		};
	}

	private Map<String, Tensor> readInputs(JsonToken token) {
		requireArray("inputs", token);
		Map<String, Tensor> read = new LinkedHashMap<>();
		while (this.parser.nextToken() != JsonToken.END_ARRAY) {
			Map.Entry<String, Tensor> input = new JsonInputReader(this.text, this.parser, this.budget, read.size())
				.read();
			if (read.put(input.getKey(), input.getValue()) != null) {
				throw new InvalidInput("input \"%s\" comes twice".formatted(input.getKey()));
			}
		}
		return read;
	}

	private List<RequestedOutput> readOutputs(JsonToken token) {
		if (token == JsonToken.VALUE_NULL) {
			return List.of();
		}
		requireArray("outputs", token);
		List<RequestedOutput> read = new ArrayList<>();
		for (JsonToken entry = this.parser.nextToken(); entry != JsonToken.END_ARRAY; entry = this.parser.nextToken()) {
			read.add(readOutput("outputs[%d]".formatted(read.size()), entry));
		}
		return read;
	}

	private RequestedOutput readOutput(String label, JsonToken token) {
		if (token != JsonToken.START_OBJECT) {
			throw new InvalidInput("%s is %s; an object is needed".formatted(label, JsonTokens.describe(token)));
		}
		String name = null;
		Map<String, Object> about = Map.of();
		for (String key = this.parser.nextName(); key != null; key = this.parser.nextName()) {
			JsonToken value = this.parser.nextToken();
			if (key.equals("name") && value == JsonToken.VALUE_STRING) {
				name = this.parser.getString();
			}
			else if (key.equals("parameters")) {
				about = JsonParameters.read(this.parser);
			}
			else {
				this.parser.skipChildren();
			}
		}
		if (name == null) {
			throw new InvalidInput("%s: name is missing".formatted(label));
		}
		return new RequestedOutput(name, about);
	}

	private static void requireArray(String key, JsonToken token) {
		if (token != JsonToken.START_ARRAY) {
			throw new InvalidInput("%s is %s; an array is needed".formatted(key, JsonTokens.describe(token)));
		}
	}

}
