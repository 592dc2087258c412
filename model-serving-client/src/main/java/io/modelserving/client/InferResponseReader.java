package io.modelserving.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.modelserving.codec.BinaryTensors;
import io.modelserving.tensor.BufferPool;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the response to an inference request.
 */
final class InferResponseReader {

	private static final JsonMapper MAPPER = JsonMapper.builder()
		.enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
		.disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
		.build();

	private final JsonParser parser;

	/** What is left of the binary tensors. */
	private final ByteBuffer binary;

	private String model = "";

	private @Nullable String version;

	private @Nullable String id;

	private Map<String, Object> parameters = Map.of();

	private final Map<String, Tensor> outputs = new LinkedHashMap<>();

	private InferResponseReader(JsonParser parser, ByteBuffer binary) {
		this.parser = parser;
		this.binary = binary;
	}

	/**
	 * Read a response.
	 * @param body the body
	 * @param jsonLength the number of its first bytes that are JSON
	 * @return the response, whose tensors may share the body's memory
	 * @throws tools.jackson.core.JacksonException if the JSON is broken
	 * @throws IllegalArgumentException if it is no response, or its tensors are
	 * inconsistent
	 * @throws io.modelserving.model.InferenceException.InvalidInput if the bytes of a
	 * tensor are not what its shape says
	 */
	static InferResponse read(byte[] body, int jsonLength) {
		if (jsonLength < 0 || jsonLength > body.length) {
			throw new IllegalArgumentException(
					"%d bytes of JSON are announced, %d bytes have arrived".formatted(jsonLength, body.length));
		}
		ByteBuffer binary = ByteBuffer.wrap(body, jsonLength, body.length - jsonLength);
		try (JsonParser parser = MAPPER.createParser(body, 0, jsonLength)) {
			return new InferResponseReader(parser, binary).read();
		}
	}

	private InferResponse read() {
		require(this.parser.nextToken() == JsonToken.START_OBJECT, "there is no object");
		for (String key = this.parser.nextName(); key != null; key = this.parser.nextName()) {
			JsonToken value = this.parser.nextToken();
			switch (key) {
				case "model_name" -> this.model = this.parser.getString();
				case "model_version" -> this.version = string(value);
				case "id" -> this.id = string(value);
				case "parameters" -> this.parameters = object();
				case "outputs" -> readOutputs(value);
				default -> this.parser.skipChildren();
			}
		}
		return new InferResponse(this.model, this.version, this.id, this.parameters, NamedTensors.of(this.outputs));
	}

	private void readOutputs(JsonToken value) {
		require(value == JsonToken.START_ARRAY, "outputs is no array");
		while (this.parser.nextToken() == JsonToken.START_OBJECT) {
			readOutput();
		}
	}

	private void readOutput() {
		String name = null;
		String dataType = null;
		long[] shape = null;
		Map<String, Object> about = Map.of();
		List<String> data = null;
		for (String key = this.parser.nextName(); key != null; key = this.parser.nextName()) {
			this.parser.nextToken();
			switch (key) {
				case "name" -> name = this.parser.getString();
				case "datatype" -> dataType = this.parser.getString();
				case "shape" -> shape = scalars().stream().mapToLong(Long::parseLong).toArray();
				case "parameters" -> about = object();
				case "data" -> data = scalars();
				default -> this.parser.skipChildren();
			}
		}
		if (name == null || dataType == null || shape == null) {
			throw new IllegalArgumentException("an output lacks its name, datatype or shape");
		}
		Tensor tensor = tensor(name, DataType.valueOf(dataType), Shape.of(shape), about.get("binary_data_size"), data);
		this.outputs.put(name, tensor);
	}

	private Tensor tensor(String name, DataType dataType, Shape shape, @Nullable Object size,
			@Nullable List<String> data) {
		if (size instanceof Number bytes) {
			require(bytes.longValue() >= 0 && bytes.longValue() <= this.binary.remaining(),
					"binary_data_size %s of %d bytes".formatted(bytes, this.binary.remaining()));
			int start = this.binary.position();
			this.binary.position(start + bytes.intValue());
			return binary("output \"%s\"".formatted(name), dataType, shape, this.binary.slice(start, bytes.intValue()));
		}
		if (data == null) {
			throw new IllegalArgumentException("an output has no data");
		}
		return TensorJson.read(dataType, shape, data);
	}

	private static Tensor binary(String label, DataType dataType, Shape shape, ByteBuffer bytes) {
		if (dataType != DataType.BYTES) {
			return BinaryTensors.of(label, dataType, shape, bytes);
		}
		try {
			return BinaryTensors.read(label, dataType, shape,
					new ByteArrayInputStream(bytes.array(), bytes.arrayOffset(), bytes.remaining()), bytes.remaining(),
					BufferPool.NONE.acquire());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Read a scalar, or the scalars of arrays in arrays, one after the other.
	 */
	private List<String> scalars() {
		List<String> scalars = new ArrayList<>();
		int depth = 0;
		JsonToken token = this.parser.currentToken();
		while (true) {
			if (token == JsonToken.START_ARRAY) {
				depth++;
			}
			else if (token == JsonToken.END_ARRAY) {
				depth--;
			}
			else {
				require(token.isScalarValue(), "an element is no number, text or boolean");
				scalars.add(this.parser.getString());
			}
			if (depth == 0) {
				return scalars;
			}
			token = this.parser.nextToken();
		}
	}

	private Map<String, Object> object() {
		Map<String, Object> object = MAPPER.readerForMapOf(Object.class).readValue(this.parser);
		object.values().removeIf(value -> value == null);
		return object;
	}

	private @Nullable String string(JsonToken value) {
		return (value == JsonToken.VALUE_NULL) ? null : this.parser.getString();
	}

	private static void require(boolean condition, String problem) {
		if (!condition) {
			throw new IllegalArgumentException(problem);
		}
	}

}
