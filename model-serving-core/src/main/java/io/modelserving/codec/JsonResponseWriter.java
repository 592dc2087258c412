package io.modelserving.codec;

import java.nio.ByteBuffer;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.modelserving.tensor.DataType;
import io.modelserving.tensor.HalfPrecision;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.StringTensor;
import io.modelserving.tensor.Tensor;
import tools.jackson.core.JsonGenerator;

/**
 * Writes the JSON of a response.
 */
final class JsonResponseWriter {

	private final JsonGenerator generator;

	private final Map<String, ByteBuffer> binary;

	/**
	 * Create a writer.
	 * @param generator where to write
	 * @param binary the outputs whose elements follow the JSON as bytes
	 */
	JsonResponseWriter(JsonGenerator generator, Map<String, ByteBuffer> binary) {
		this.generator = generator;
		this.binary = binary;
	}

	void write(InferenceResponseBody response) {
		this.generator.writeStartObject();
		this.generator.writeStringProperty("model_name", response.modelName());
		if (response.modelVersion() != null) {
			this.generator.writeStringProperty("model_version", response.modelVersion());
		}
		if (response.id() != null) {
			this.generator.writeStringProperty("id", response.id());
		}
		JsonParameters.write(this.generator, response.parameters());
		this.generator.writeArrayPropertyStart("outputs");
		response.outputs()
			.asMap()
			.forEach((name, tensor) -> write(this.generator, name, tensor, this.binary.get(name)));
		this.generator.writeEndArray();
		this.generator.writeEndObject();
	}

	/**
	 * Write a tensor.
	 * @param generator where to write
	 * @param name its name
	 * @param tensor the tensor
	 * @param bytes its elements if they follow the JSON as bytes, else {@code null}
	 */
	static void write(JsonGenerator generator, String name, Tensor tensor, @Nullable ByteBuffer bytes) {
		generator.writeStartObject();
		generator.writeStringProperty("name", name);
		generator.writeName("shape");
		long[] shape = tensor.shape().toArray();
		generator.writeArray(shape, 0, shape.length);
		generator.writeStringProperty("datatype", tensor.dataType().name());
		if (bytes != null) {
			JsonParameters.write(generator, Map.of("binary_data_size", bytes.remaining()));
		}
		else {
			writeData(generator, tensor);
		}
		generator.writeEndObject();
	}

	private static void writeData(JsonGenerator generator, Tensor tensor) {
		generator.writeArrayPropertyStart("data");
		if (tensor instanceof StringTensor strings) {
			strings.elements().forEach(generator::writeString);
		}
		else if (tensor instanceof NumericTensor numbers) {
			writeElements(generator, numbers.dataType(), numbers.data());
		}
		generator.writeEndArray();
	}

	private static void writeElements(JsonGenerator generator, DataType dataType, ByteBuffer data) {
		while (data.hasRemaining()) {
			switch (dataType) {
				case FP32 -> generator.writeNumber(data.getFloat());
				case FP64 -> generator.writeNumber(data.getDouble());
				case FP16 -> generator.writeNumber(HalfPrecision.fp16ToFloat(data.getShort()));
				case BF16 -> generator.writeNumber(HalfPrecision.bf16ToFloat(data.getShort()));
				case INT64 -> generator.writeNumber(data.getLong());
				case INT32 -> generator.writeNumber(data.getInt());
				case INT16 -> generator.writeNumber(data.getShort());
				case INT8 -> generator.writeNumber((short) data.get());
				case UINT64 -> generator.writeNumber(Long.toUnsignedString(data.getLong()));
				case UINT32 -> generator.writeNumber(Integer.toUnsignedLong(data.getInt()));
				case UINT16 -> generator.writeNumber(Short.toUnsignedInt(data.getShort()));
				case UINT8 -> generator.writeNumber(Byte.toUnsignedInt(data.get()));
				case BOOL -> generator.writeBoolean(data.get() != 0);
				case BYTES -> throw new IllegalStateException("strings are no numbers");
			}
		}
	}

}
