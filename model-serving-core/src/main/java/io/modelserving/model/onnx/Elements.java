package io.modelserving.model.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.StringTensor;
import io.modelserving.tensor.Tensor;

/**
 * Builds tensors from the values of maps and from other tensors.
 */
final class Elements {

	private Elements() {
	}

	/**
	 * Build a tensor from boxed values.
	 * @param type INT64, FP32, FP64 or BYTES
	 * @param shape the shape
	 * @param values as many values as the shape has elements, of the type's Java class
	 * @return the tensor
	 */
	static Tensor tensor(DataType type, Shape shape, List<?> values) {
		if (type == DataType.BYTES) {
			return Tensor.of(shape, values.toArray(String[]::new));
		}
		ByteBuffer data = ByteBuffer.allocate(Math.multiplyExact(values.size(), type.elementBytes()))
			.order(ByteOrder.nativeOrder());
		for (Object value : values) {
			switch (type) {
				case INT64 -> data.putLong((Long) value);
				case FP32 -> data.putFloat((Float) value);
				case FP64 -> data.putDouble((Double) value);
				default -> throw new IllegalArgumentException("a map has no values of " + type);
			}
		}
		return Tensor.of(type, shape, data.flip());
	}

	/**
	 * Put tensors of one type and shape one after the other.
	 * @param type their type
	 * @param shape the shape of the result
	 * @param parts the tensors
	 * @return the result
	 */
	static Tensor stack(DataType type, Shape shape, List<Tensor> parts) {
		if (type == DataType.BYTES) {
			return Tensor.of(shape,
					parts.stream().flatMap((part) -> ((StringTensor) part).elements().stream()).toArray(String[]::new));
		}
		int elements = Math.toIntExact(shape.elementCount());
		ByteBuffer data = ByteBuffer.allocate(Math.multiplyExact(elements, type.elementBytes()));
		parts.forEach((part) -> data.put(((NumericTensor) part).data()));
		return Tensor.of(type, shape, data.flip());
	}

}
