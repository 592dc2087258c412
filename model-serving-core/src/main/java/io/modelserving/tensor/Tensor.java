package io.modelserving.tensor;

import java.nio.ByteBuffer;

/**
 * An n-dimensional array of elements of one type, row-major. The first dimension counts
 * the rows of a batch, where there is a batch. Immutable: the creator of a tensor over a
 * buffer or an array must not change it afterwards.
 */
public sealed interface Tensor permits NumericTensor, StringTensor {

	DataType dataType();

	Shape shape();

	/**
	 * Return the number of rows.
	 * @return the first dimension
	 * @throws IllegalStateException if this is a scalar
	 */
	default int rows() {
		if (shape().rank() == 0) {
			throw new IllegalStateException("a scalar has no rows");
		}
		return Math.toIntExact(shape().dimension(0));
	}

	/**
	 * Return some of the rows, without copying them.
	 * @param from the first row
	 * @param to the row after the last
	 * @return a tensor that shares this one's memory
	 * @throws IndexOutOfBoundsException if there are no such rows
	 */
	default Tensor slice(int from, int to) {
		return slice(0, from, to);
	}

	/**
	 * Return a part along one dimension.
	 * @param axis the index of the dimension
	 * @param from the first index of the part in it
	 * @param to the index after the last
	 * @return a tensor that shares this one's memory where the part lies in one piece, as
	 * along the first dimension, and else a copy
	 * @throws IndexOutOfBoundsException if there is no such part
	 */
	Tensor slice(int axis, int from, int to);

	static NumericTensor of(Shape shape, float... elements) {
		ByteBuffer data = NumericTensor.heapBuffer(DataType.FP32, elements.length);
		data.asFloatBuffer().put(elements);
		return new NumericTensor(DataType.FP32, shape, data);
	}

	static NumericTensor of(Shape shape, double... elements) {
		ByteBuffer data = NumericTensor.heapBuffer(DataType.FP64, elements.length);
		data.asDoubleBuffer().put(elements);
		return new NumericTensor(DataType.FP64, shape, data);
	}

	static NumericTensor of(Shape shape, long... elements) {
		ByteBuffer data = NumericTensor.heapBuffer(DataType.INT64, elements.length);
		data.asLongBuffer().put(elements);
		return new NumericTensor(DataType.INT64, shape, data);
	}

	static NumericTensor of(Shape shape, int... elements) {
		ByteBuffer data = NumericTensor.heapBuffer(DataType.INT32, elements.length);
		data.asIntBuffer().put(elements);
		return new NumericTensor(DataType.INT32, shape, data);
	}

	/**
	 * Create a tensor over a buffer.
	 * @param dataType the element type, not {@link DataType#BYTES}
	 * @param shape the shape
	 * @param data the elements between position and limit, in the machine's byte order
	 * whatever the buffer's own order says; direct or not. The tensor keeps the memory
	 * and expects that nobody writes to it any more
	 * @return the tensor
	 * @throws IllegalArgumentException if the size of the data is not that of the shape,
	 * or the shape is dynamic
	 */
	static NumericTensor of(DataType dataType, Shape shape, ByteBuffer data) {
		return new NumericTensor(dataType, shape, data);
	}

	/**
	 * Create a tensor of strings.
	 * @param shape the shape
	 * @param elements the elements, none of them null
	 * @return the tensor
	 * @throws IllegalArgumentException if an element is null, their number is not that of
	 * the shape, or the shape is dynamic
	 */
	static StringTensor of(Shape shape, String... elements) {
		return new StringTensor(shape, elements.clone());
	}

}
