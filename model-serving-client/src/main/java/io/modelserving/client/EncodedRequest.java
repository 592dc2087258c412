package io.modelserving.client;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.modelserving.client.InferRequest.WantedOutput;
import io.modelserving.codec.BinaryTensors;
import io.modelserving.codec.JsonTensors;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/**
 * A request as it goes over the wire.
 *
 * @param json the JSON
 * @param tensors the binary tensors behind it, in order
 */
record EncodedRequest(byte[] json, List<ByteBuffer> tensors) {

	private static final JsonFactory FACTORY = JsonFactory.builder()
		.disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
		.build();

	static EncodedRequest of(InferRequest request) {
		ByteArrayOutputStream json = new ByteArrayOutputStream();
		List<ByteBuffer> tensors = new ArrayList<>();
		try (JsonGenerator generator = FACTORY.createGenerator(json)) {
			generator.writeStartObject();
			if (request.id() != null) {
				generator.writeStringProperty("id", request.id());
			}
			Map<String, Object> parameters = new LinkedHashMap<>(request.parameters());
			if (request.binary()) {
				parameters.putIfAbsent("binary_data_output", true);
			}
			JsonTensors.writeParameters(generator, parameters);
			generator.writeArrayPropertyStart("inputs");
			request.inputs().asMap().forEach((name, tensor) -> {
				ByteBuffer bytes = request.binary() ? BinaryTensors.toBytes(tensor) : null;
				JsonTensors.write(generator, name, tensor, bytes);
				if (bytes != null) {
					tensors.add(bytes);
				}
			});
			generator.writeEndArray();
			if (!request.outputs().isEmpty()) {
				generator.writeArrayPropertyStart("outputs");
				request.outputs().forEach(output -> writeOutput(generator, output, request.binary()));
				generator.writeEndArray();
			}
			generator.writeEndObject();
		}
		return new EncodedRequest(json.toByteArray(), tensors);
	}

	private static void writeOutput(JsonGenerator generator, WantedOutput output, boolean binary) {
		generator.writeStartObject();
		generator.writeStringProperty("name", output.name());
		generator.writeObjectPropertyStart("parameters");
		generator.writeBooleanProperty("binary_data", binary);
		if (output.classes() > 0) {
			generator.writeNumberProperty("classification", output.classes());
		}
		generator.writeEndObject();
		generator.writeEndObject();
	}

	long length() {
		return this.json.length + this.tensors.stream().mapToLong(ByteBuffer::remaining).sum();
	}

}
