package io.modelserving.codec;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.Quoted;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads the JSON of a request. Keys that the protocol does not know are skipped.
 */
final class JsonRequestReader {

	private final JsonParser parser;

	private final ByteBudget budget;

	private @Nullable String id;

	private Map<String, Object> parameters = Map.of();

	private @Nullable List<InputHeader> inputs;

	private List<RequestedOutput> outputs = List.of();

	JsonRequestReader(JsonParser parser, ByteBudget budget) {
		this.parser = parser;
		this.budget = budget;
	}

	/**
	 * Read the only value of the text.
	 * @return what it says
	 * @throws InvalidInput if it is no request, or something follows
	 */
	RequestHead read() {
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
		return new RequestHead(this.id, this.parameters, this.inputs, this.outputs);
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

	private List<InputHeader> readInputs(JsonToken token) {
		requireArray("inputs", token);
		Set<String> names = new HashSet<>();
		List<InputHeader> read = new ArrayList<>();
		while (this.parser.nextToken() != JsonToken.END_ARRAY) {
			RequestBounds.requireTensors("inputs", read.size() + 1);
			InputHeader input = new JsonInputReader(this.parser, this.budget, read.size()).read();
			if (!names.add(input.name())) {
				throw new InvalidInput("%s is given twice".formatted(input.label()));
			}
			read.add(input);
		}
		return read;
	}

	private List<RequestedOutput> readOutputs(JsonToken token) {
		if (token == JsonToken.VALUE_NULL) {
			return List.of();
		}
		requireArray("outputs", token);
		Set<String> names = new HashSet<>();
		List<RequestedOutput> read = new ArrayList<>();
		for (JsonToken entry = this.parser.nextToken(); entry != JsonToken.END_ARRAY; entry = this.parser.nextToken()) {
			RequestBounds.requireTensors("outputs", read.size() + 1);
			RequestedOutput output = readOutput("outputs[%d]".formatted(read.size()), entry);
			if (!names.add(output.name())) {
				throw new InvalidInput("output %s is asked for twice".formatted(Quoted.name(output.name())));
			}
			read.add(output);
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
