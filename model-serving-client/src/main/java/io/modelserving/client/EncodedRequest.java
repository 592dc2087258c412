package io.modelserving.client;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

import io.modelserving.client.InferRequest.WantedOutput;
import io.modelserving.tensor.Tensor;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/**
 * A request as it goes over the wire.
 *
 * @param json the JSON
 * @param tensors the binary tensors behind it, in order
 */
record EncodedRequest(byte[] json, List<byte[]> tensors) {

	private static final JsonFactory FACTORY = JsonFactory.builder()
		.disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
		.build();

	static EncodedRequest of(InferRequest request) {
		ByteArrayOutputStream json = new ByteArrayOutputStream();
		List<byte[]> tensors = new ArrayList<>();
		try (JsonGenerator generator = FACTORY.createGenerator(json)) {
			generator.writeStartObject();
			if (request.id() != null) {
				generator.writeStringProperty("id", request.id());
			}
			writeParameters(generator, request);
			generator.writeArrayPropertyStart("inputs");
			request.inputs().asMap().forEach((name, tensor) -> {
				byte[] bytes = request.binary() ? TensorBytes.of(tensor) : null;
				writeInput(generator, name, tensor, bytes);
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

	private static void writeParameters(JsonGenerator generator, InferRequest request) {
		if (request.parameters().isEmpty() && !request.binary()) {
			return;
		}
		generator.writeObjectPropertyStart("parameters");
		request.parameters().forEach((name, value) -> writeParameter(generator, name, value));
		if (request.binary() && !request.parameters().containsKey("binary_data_output")) {
			generator.writeBooleanProperty("binary_data_output", true);
		}
		generator.writeEndObject();
	}

	private static void writeParameter(JsonGenerator generator, String name, Object value) {
		if (value instanceof Boolean flag) {
			generator.writeBooleanProperty(name, flag);
		}
		else if (value instanceof Double || value instanceof Float) {
			generator.writeNumberProperty(name, ((Number) value).doubleValue());
		}
		else if (value instanceof Number number) {
			generator.writeNumberProperty(name, number.longValue());
		}
		else {
			generator.writeStringProperty(name, value.toString());
		}
	}

	private static void writeInput(JsonGenerator generator, String name, Tensor tensor, byte @Nullable [] bytes) {
		generator.writeStartObject();
		generator.writeStringProperty("name", name);
		generator.writeName("shape");
		long[] shape = tensor.shape().toArray();
		generator.writeArray(shape, 0, shape.length);
		generator.writeStringProperty("datatype", tensor.dataType().name());
		if (bytes != null) {
			generator.writeObjectPropertyStart("parameters");
			generator.writeNumberProperty("binary_data_size", bytes.length);
			generator.writeEndObject();
		}
		else {
			generator.writeArrayPropertyStart("data");
			TensorJson.writeElements(generator, tensor);
			generator.writeEndArray();
		}
		generator.writeEndObject();
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
		return this.json.length + this.tensors.stream().mapToLong(tensor -> tensor.length).sum();
	}

}
