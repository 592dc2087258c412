package io.modelserving.codec;

import java.nio.ByteBuffer;
import java.util.Map;

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
		response.outputs().asMap().forEach(this::write);
		this.generator.writeEndArray();
		this.generator.writeEndObject();
	}

	private void write(String name, Tensor tensor) {
		this.generator.writeStartObject();
		this.generator.writeStringProperty("name", name);
		this.generator.writeName("shape");
		long[] shape = tensor.shape().toArray();
		this.generator.writeArray(shape, 0, shape.length);
		this.generator.writeStringProperty("datatype", tensor.dataType().name());
		ByteBuffer bytes = this.binary.get(name);
		if (bytes != null) {
			JsonParameters.write(this.generator, Map.of("binary_data_size", bytes.remaining()));
		}
		else {
			writeData(tensor);
		}
		this.generator.writeEndObject();
	}

	private void writeData(Tensor tensor) {
		this.generator.writeArrayPropertyStart("data");
		if (tensor instanceof StringTensor strings) {
			strings.elements().forEach(this.generator::writeString);
		}
		else if (tensor instanceof NumericTensor numbers) {
			writeElements(numbers.dataType(), numbers.data());
		}
		this.generator.writeEndArray();
	}

	private void writeElements(DataType dataType, ByteBuffer data) {
		while (data.hasRemaining()) {
			switch (dataType) {
				case FP32 -> this.generator.writeNumber(data.getFloat());
				case FP64 -> this.generator.writeNumber(data.getDouble());
				case FP16 -> this.generator.writeNumber(HalfPrecision.fp16ToFloat(data.getShort()));
				case BF16 -> this.generator.writeNumber(HalfPrecision.bf16ToFloat(data.getShort()));
				case INT64 -> this.generator.writeNumber(data.getLong());
				case INT32 -> this.generator.writeNumber(data.getInt());
				case INT16 -> this.generator.writeNumber(data.getShort());
				case INT8 -> this.generator.writeNumber((short) data.get());
				case UINT64 -> this.generator.writeNumber(Long.toUnsignedString(data.getLong()));
				case UINT32 -> this.generator.writeNumber(Integer.toUnsignedLong(data.getInt()));
				case UINT16 -> this.generator.writeNumber(Short.toUnsignedInt(data.getShort()));
				case UINT8 -> this.generator.writeNumber(Byte.toUnsignedInt(data.get()));
				case BOOL -> this.generator.writeBoolean(data.get() != 0);
				case BYTES -> throw new IllegalStateException("strings are no numbers");
			}
		}
	}

}
