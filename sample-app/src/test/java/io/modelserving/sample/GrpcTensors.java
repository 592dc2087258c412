package io.modelserving.sample;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import com.google.protobuf.ByteString;

import io.modelserving.grpc.InferTensorContents;
import io.modelserving.grpc.ModelInferRequest;
import io.modelserving.grpc.ModelInferRequest.InferInputTensor;
import io.modelserving.grpc.ModelInferResponse;
import io.modelserving.grpc.ModelInferResponse.InferOutputTensor;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.StringTensor;
import io.modelserving.tensor.Tensor;

/**
 * Tensors in the messages of gRPC, as clients write and read them.
 */
final class GrpcTensors {

	private GrpcTensors() {
	}

	static ModelInferRequest request(String model, Tensor tensor, boolean raw) {
		InferInputTensor.Builder input = InferInputTensor.newBuilder()
			.setName("x")
			.setDatatype(tensor.dataType().name())
			.addAllShape(Arrays.stream(tensor.shape().toArray()).boxed().toList());
		ModelInferRequest.Builder request = ModelInferRequest.newBuilder().setModelName(model);
		if (raw) {
			return request.addInputs(input).addRawInputContents(raw(tensor)).build();
		}
		return request.addInputs(input.setContents(typed(tensor))).build();
	}

	private static ByteString raw(Tensor tensor) {
		if (tensor instanceof NumericTensor numbers) {
			return ByteString.copyFrom(numbers.data());
		}
		List<ByteString> parts = new ArrayList<>();
		for (String element : ((StringTensor) tensor).elements()) {
			ByteString text = ByteString.copyFromUtf8(element);
			ByteBuffer length = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, text.size());
			parts.add(ByteString.copyFrom(length).concat(text));
		}
		return ByteString.copyFrom(parts);
	}

	private static InferTensorContents typed(Tensor tensor) {
		InferTensorContents.Builder contents = InferTensorContents.newBuilder();
		if (tensor instanceof StringTensor strings) {
			strings.elements().forEach(element -> contents.addBytesContents(ByteString.copyFromUtf8(element)));
			return contents.build();
		}
		NumericTensor numbers = (NumericTensor) tensor;
		ByteBuffer data = numbers.data();
		while (data.hasRemaining()) {
			switch (numbers.dataType()) {
				case BOOL -> contents.addBoolContents(data.get() != 0);
				case INT8 -> contents.addIntContents(data.get());
				case INT16 -> contents.addIntContents(data.getShort());
				case INT32 -> contents.addIntContents(data.getInt());
				case INT64 -> contents.addInt64Contents(data.getLong());
				case UINT8 -> contents.addUintContents(Byte.toUnsignedInt(data.get()));
				case UINT16 -> contents.addUintContents(Short.toUnsignedInt(data.getShort()));
				case UINT32 -> contents.addUintContents(data.getInt());
				case UINT64 -> contents.addUint64Contents(data.getLong());
				case FP32 -> contents.addFp32Contents(data.getFloat());
				case FP64 -> contents.addFp64Contents(data.getDouble());
				// there is no field for these: a client that tries anyway has only this
				// one
				case FP16, BF16 -> contents.addFp32Contents(data.getShort());
				case BYTES -> throw new IllegalStateException("strings are no numbers");
			}
		}
		return contents.build();
	}

	/**
	 * Read the only output, which must be raw, as clients expect it.
	 */
	static Tensor read(ModelInferResponse response) {
		InferOutputTensor output = response.getOutputs(0);
		DataType dataType = DataType.valueOf(output.getDatatype());
		Shape shape = Shape.of(output.getShapeList().stream().mapToLong(Long::longValue).toArray());
		ByteBuffer raw = response.getRawOutputContents(0).asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
		if (dataType != DataType.BYTES) {
			return Tensor.of(dataType, shape, raw);
		}
		List<String> elements = new ArrayList<>();
		while (raw.hasRemaining()) {
			byte[] text = new byte[raw.getInt()];
			raw.get(text);
			elements.add(new String(text, StandardCharsets.UTF_8));
		}
		return Tensor.of(shape, elements.toArray(String[]::new));
	}

}
