package io.modelserving.codec;

import java.util.Arrays;
import java.util.Map;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads one entry of {@code inputs}. Elements that come after the name, the shape and the
 * type go straight into the tensor; elements that come before are skipped and read again
 * in the end.
 */
final class JsonInputReader {

	private final JsonText text;

	private final JsonParser parser;

	private final ByteBudget budget;

	private String label;

	private @Nullable String name;

	private @Nullable DataType dataType;

	private @Nullable Shape shape;

	private @Nullable Tensor tensor;

	private @Nullable JsonText skippedData;

	JsonInputReader(JsonText text, JsonParser parser, ByteBudget budget, int index) {
		this.text = text;
		this.parser = parser;
		this.budget = budget;
		this.label = "inputs[%d]".formatted(index);
	}

	/**
	 * Read the object that the parser is at.
	 * @return the input; the parser is at the end of the object
	 */
	Map.Entry<String, Tensor> read() {
		if (this.parser.currentToken() != JsonToken.START_OBJECT) {
			throw invalid("is %s; an object is needed".formatted(JsonTokens.describe(this.parser.currentToken())));
		}
		for (String key = this.parser.nextName(); key != null; key = this.parser.nextName()) {
			readValue(key, this.parser.nextToken());
		}
		return Map.entry(required(this.name, "name"), finish());
	}

	private void readValue(String key, JsonToken token) {
		switch (key) {
			case "name" -> {
				this.name = string(key, token);
				this.label = "input \"%s\"".formatted(this.name);
			}
			case "datatype" -> this.dataType = dataType(string(key, token));
			case "shape" -> this.shape = JsonShapes.read(this.parser, this.label);
			case "data" -> readData();
			default -> this.parser.skipChildren();
		}
	}

	private void readData() {
		if (this.name == null || this.dataType == null || this.shape == null) {
			this.skippedData = this.text.slice(this.parser);
			return;
		}
		long start = this.parser.currentTokenLocation().getByteOffset();
		this.tensor = new JsonDataReader(this.parser, this.label, this.dataType, this.shape, this.budget)
			.read(this.text.length() - start);
	}

	private Tensor finish() {
		DataType type = required(this.dataType, "datatype");
		Shape size = required(this.shape, "shape");
		if (this.tensor != null) {
			return this.tensor;
		}
		JsonText data = required(this.skippedData, "data");
		try (JsonParser again = data.parser()) {
			again.nextToken();
			return new JsonDataReader(again, this.label, type, size, this.budget).read(data.length());
		}
	}

	private String string(String key, JsonToken token) {
		if (token != JsonToken.VALUE_STRING) {
			throw invalid("%s is %s; a string is needed".formatted(key, JsonTokens.describe(token)));
		}
		return this.parser.getString();
	}

	private DataType dataType(String value) {
		try {
			return DataType.valueOf(value);
		}
		catch (IllegalArgumentException ex) {
			throw invalid("datatype \"%s\" is none of %s".formatted(value, Arrays.toString(DataType.values())));
		}
	}

	private <T> T required(@Nullable T value, String key) {
		if (value == null) {
			throw invalid("%s is missing".formatted(key));
		}
		return value;
	}

	private InvalidInput invalid(String problem) {
		return new InvalidInput("%s: %s".formatted(this.label, problem));
	}

}
