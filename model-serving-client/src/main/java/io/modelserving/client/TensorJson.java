package io.modelserving.client;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

import io.modelserving.tensor.DataType;
import io.modelserving.tensor.HalfPrecision;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

/**
 * Reads the elements of tensors from JSON, flat and row-major.
 */
final class TensorJson {

	private TensorJson() {
	}

	/**
	 * Read a tensor.
	 * @param dataType the element type
	 * @param shape the shape
	 * @param elements the elements as they stand in the JSON
	 * @return the tensor
	 * @throws IllegalArgumentException if an element is none of the type, or their number
	 * is not that of the shape
	 */
	static Tensor read(DataType dataType, Shape shape, List<String> elements) {
		if (dataType == DataType.BYTES) {
			return Tensor.of(shape, elements.toArray(String[]::new));
		}
		ByteBuffer data = ByteBuffer.allocate(Math.multiplyExact(elements.size(), dataType.elementBytes()))
			.order(ByteOrder.nativeOrder());
		elements.forEach(element -> put(data, dataType, element));
		return Tensor.of(dataType, shape, data.flip());
	}

	private static void put(ByteBuffer data, DataType dataType, String element) {
		switch (dataType) {
			case FP32 -> data.putFloat(Float.parseFloat(element));
			case FP64 -> data.putDouble(Double.parseDouble(element));
			case FP16 -> data.putShort(HalfPrecision.floatToFp16(Float.parseFloat(element)));
			case BF16 -> data.putShort(HalfPrecision.floatToBf16(Float.parseFloat(element)));
			case INT64 -> data.putLong(Long.parseLong(element));
			case UINT64 -> data.putLong(Long.parseUnsignedLong(element));
			case INT32 -> data.putInt(Integer.parseInt(element));
			case UINT32 -> data.putInt(Integer.parseUnsignedInt(element));
			case INT16 -> data.putShort(Short.parseShort(element));
			case UINT16 -> data.putShort((short) Integer.parseInt(element));
			case INT8 -> data.put(Byte.parseByte(element));
			case UINT8 -> data.put((byte) Integer.parseInt(element));
			case BOOL -> data.put((byte) (Boolean.parseBoolean(element) ? 1 : 0));
			case BYTES -> throw new IllegalStateException("strings are no numbers");
		}
	}

}
