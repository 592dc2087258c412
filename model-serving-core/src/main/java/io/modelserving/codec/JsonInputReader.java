package io.modelserving.codec;

import java.util.Arrays;
import java.util.Map;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.Quoted;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads one entry of {@code inputs}. Elements that arrive after the shape and the type go
 * straight into the tensor; elements that arrive before are kept as deferred data.
 */
final class JsonInputReader {

	private final JsonParser parser;

	private final ByteBudget budget;

	private String label;

	private @Nullable String name;

	private @Nullable DataType dataType;

	private @Nullable Shape shape;

	private @Nullable Tensor tensor;

	private @Nullable DeferredData deferred;

	private Map<String, Object> parameters = Map.of();

	JsonInputReader(JsonParser parser, ByteBudget budget, int index) {
		this.parser = parser;
		this.budget = budget;
		this.label = "inputs[%d]".formatted(index);
	}

	/**
	 * Read the object that the parser is at.
	 * @return the input; the parser is at the end of the object
	 */
	InputHeader read() {
		if (this.parser.currentToken() != JsonToken.START_OBJECT) {
			throw invalid("is %s; an object is needed".formatted(JsonTokens.describe(this.parser.currentToken())));
		}
		for (String key = this.parser.nextName(); key != null; key = this.parser.nextName()) {
			readValue(key, this.parser.nextToken());
		}
		return finish(required(this.name, "name"), required(this.dataType, "datatype"), required(this.shape, "shape"));
	}

	private void readValue(String key, JsonToken token) {
		switch (key) {
			case "name" -> {
				this.name = string(key, token);
				this.label = InputHeader.label(this.name);
			}
			case "datatype" -> this.dataType = dataType(string(key, token));
			case "shape" -> this.shape = JsonShapes.read(this.parser, this.label);
			case "parameters" -> this.parameters = JsonParameters.read(this.parser);
			case "data" -> readData();
			default -> this.parser.skipChildren();
		}
	}

	private void readData() {
		if (this.dataType == null || this.shape == null) {
			this.deferred = DeferredData.take(this.parser);
		}
		else {
			this.tensor = readData(this.parser, this.dataType, this.shape);
		}
	}

	private Tensor readData(JsonParser source, DataType type, Shape size) {
		return new JsonDataReader(source, this.label, type, size, this.budget).read();
	}

	private InputHeader finish(String name, DataType type, Shape size) {
		TensorSource place = TensorSource.of(this.label, this.parameters, this.tensor != null || this.deferred != null);
		if (place == TensorSource.BINARY) {
			int elements = this.budget.take(this.label, type, size);
			return new InputHeader(name, type, size, elements, null,
					TensorSource.binarySize(this.label, this.parameters, type, size, elements));
		}
		if (place == TensorSource.ZEROS) {
			int elements = this.budget.take(this.label, type, size);
			return new InputHeader(name, type, size, 0, Zeros.of(this.label, type, size, elements), 0);
		}
		return new InputHeader(name, type, size, 0, (this.tensor != null) ? this.tensor : readDeferred(type, size), 0);
	}

	private Tensor readDeferred(DataType type, Shape size) {
		try (JsonParser again = required(this.deferred, "data").text().parser()) {
			again.nextToken();
			return readData(again, type, size);
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
			throw invalid(
					"datatype %s is none of %s".formatted(Quoted.name(value), Arrays.toString(DataType.values())));
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
