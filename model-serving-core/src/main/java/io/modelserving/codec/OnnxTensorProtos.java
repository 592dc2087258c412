package io.modelserving.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

/**
 * Reads files of one ONNX {@code TensorProto}, as the test data of published models comes
 * in. Elements may be in {@code raw_data} or in the field of their type, not in another
 * file.
 */
public final class OnnxTensorProtos {

	private OnnxTensorProtos() {
	}

	/**
	 * Read a file.
	 * @param file the content of the file
	 * @return the tensor and its name
	 * @throws InvalidInput if the content is no tensor, or one of a type that has no
	 * counterpart here; the message says what
	 */
	public static NamedTensor read(byte[] file) {
		TensorProto proto = TensorProto.read(file);
		if (proto.external()) {
			throw new InvalidInput(
					"the ONNX tensor has its elements in another file; save it with its elements inside");
		}
		for (long dimension : proto.dimensions()) {
			if (dimension < 0) {
				throw new InvalidInput("the ONNX tensor has the dimensions " + Arrays.toString(proto.dimensions()));
			}
		}
		Shape shape = Shape.of(proto.dimensions());
		return new NamedTensor(proto.name(), tensor(proto, dataType(proto.dataType()), shape));
	}

	private static Tensor tensor(TensorProto proto, DataType dataType, Shape shape) {
		ByteBuffer rawData = proto.rawData();
		if (dataType == DataType.BYTES) {
			requireElements(shape, proto.strings().size());
			return Tensor.of(shape, proto.strings().toArray(String[]::new));
		}
		if (rawData != null) {
			int elementBytes = dataType.elementBytes();
			if (rawData.remaining() % elementBytes != 0) {
				throw new InvalidInput("the ONNX tensor has %d bytes, which are no elements of %s"
					.formatted(rawData.remaining(), dataType));
			}
			requireElements(shape, rawData.remaining() / elementBytes);
			return Tensor.of(dataType, shape, NativeBytes.copy(rawData, elementBytes));
		}
		if (proto.numbers().length > 0 && proto.numbersField() != numbersField(dataType)) {
			throw new InvalidInput("the ONNX tensor has elements of %s in field %d; they belong in field %d"
				.formatted(dataType, proto.numbersField(), numbersField(dataType)));
		}
		requireElements(shape, proto.numbers().length);
		return Tensor.of(dataType, shape, narrow(proto.numbers(), dataType.elementBytes()));
	}

	private static void requireElements(Shape shape, long count) {
		try {
			if (count == shape.elementCount()) {
				return;
			}
		}
		catch (ArithmeticException ex) {
			// more than can be counted is more than there are
		}
		throw new InvalidInput(
				"the ONNX tensor has %d elements, which is not what shape %s takes".formatted(count, shape));
	}

	private static ByteBuffer narrow(long[] numbers, int elementBytes) {
		ByteBuffer target = ByteBuffer.allocate(Math.multiplyExact(numbers.length, elementBytes))
			.order(ByteOrder.nativeOrder());
		for (long number : numbers) {
			switch (elementBytes) {
				case 1 -> target.put((byte) number);
				case 2 -> target.putShort((short) number);
				case 4 -> target.putInt((int) number);
				default -> target.putLong(number);
			}
		}
		return target.flip();
	}

	private static int numbersField(DataType dataType) {
		return switch (dataType) {
			case FP32 -> TensorProto.FLOAT_DATA;
			case FP64 -> TensorProto.DOUBLE_DATA;
			case INT64 -> TensorProto.INT64_DATA;
			case UINT32, UINT64 -> TensorProto.UINT64_DATA;
			default -> TensorProto.INT32_DATA;
		};
	}

	private static DataType dataType(int number) {
		return switch (number) {
			case 1 -> DataType.FP32;
			case 2 -> DataType.UINT8;
			case 3 -> DataType.INT8;
			case 4 -> DataType.UINT16;
			case 5 -> DataType.INT16;
			case 6 -> DataType.INT32;
			case 7 -> DataType.INT64;
			case 8 -> DataType.BYTES;
			case 9 -> DataType.BOOL;
			case 10 -> DataType.FP16;
			case 11 -> DataType.FP64;
			case 12 -> DataType.UINT32;
			case 13 -> DataType.UINT64;
			case 16 -> DataType.BF16;
			default -> throw new InvalidInput("the ONNX tensor has elements of type %d, which is none of %s"
				.formatted(number, Arrays.toString(DataType.values())));
		};
	}

	/**
	 * A tensor and its name.
	 *
	 * @param name the name, empty if the file has none
	 * @param tensor the tensor
	 */
	public record NamedTensor(String name, Tensor tensor) {
	}

}
