package io.modelserving.openinference.grpc;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;

import com.google.protobuf.ByteString;
import io.modelserving.grpc.InferParameter;
import io.modelserving.grpc.InferTensorContents;
import io.modelserving.grpc.ModelInferRequest;
import io.modelserving.grpc.ModelInferRequest.InferInputTensor;
import io.modelserving.tensor.DataType;

/**
 * Makes messages.
 */
final class Messages {

	private Messages() {
	}

	/** A request of the model "echo" with one float, as raw bytes. */
	static ModelInferRequest.Builder request(String id, float value) {
		return ModelInferRequest.newBuilder()
			.setModelName("echo")
			.setId(id)
			.addInputs(input("x", "FP32", 1, 1))
			.addRawInputContents(floats(value));
	}

	static InferInputTensor input(String name, String datatype, long... shape) {
		return InferInputTensor.newBuilder()
			.setName(name)
			.setDatatype(datatype)
			.addAllShape(LongStream.of(shape).boxed().toList())
			.build();
	}

	static InferInputTensor input(DataType datatype, long[] shape, Consumer<InferTensorContents.Builder> contents) {
		InferTensorContents.Builder builder = InferTensorContents.newBuilder();
		contents.accept(builder);
		return input("x", datatype.name(), shape).toBuilder().setContents(builder).build();
	}

	static ByteString floats(float... values) {
		ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
		for (float value : values) {
			bytes.putFloat(value);
		}
		return ByteString.copyFrom(bytes.flip());
	}

	static ByteString bytes(int... values) {
		byte[] bytes = new byte[values.length];
		for (int i = 0; i < bytes.length; i++) {
			bytes[i] = (byte) values[i];
		}
		return ByteString.copyFrom(bytes);
	}

	static ByteString strings(String... values) {
		ByteString all = ByteString.EMPTY;
		for (String value : values) {
			ByteString text = ByteString.copyFromUtf8(value);
			all = all.concat(bytes(text.size(), 0, 0, 0)).concat(text);
		}
		return all;
	}

	static InferParameter parameter(Object value) {
		InferParameter.Builder parameter = InferParameter.newBuilder();
		if (value instanceof Boolean flag) {
			return parameter.setBoolParam(flag).build();
		}
		if (value instanceof Long number) {
			return parameter.setInt64Param(number).build();
		}
		if (value instanceof Double number) {
			return parameter.setDoubleParam(number).build();
		}
		return parameter.setStringParam((String) value).build();
	}

	static List<DataType> numericTypes() {
		return List.of(DataType.values()).stream().filter((type) -> type != DataType.BYTES).toList();
	}

}
