package io.modelserving.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * A tensor of numbers or booleans over a heap or direct buffer in the machine's byte
 * order.
 */
public final class NumericTensor implements Tensor {

	private final DataType dataType;

	private final Shape shape;

	private final ByteBuffer data;

	NumericTensor(DataType dataType, Shape shape, ByteBuffer data) {
		if (dataType == DataType.BYTES) {
			throw new IllegalArgumentException("a tensor of BYTES is made of strings");
		}
		int elements = shape.requireElementCount();
		long expected = (long) elements * dataType.elementBytes();
		if (data.remaining() != expected) {
			throw new IllegalArgumentException(
					"%s%s takes %d elements (%d bytes), not %d elements (%d bytes)".formatted(dataType, shape, elements,
							expected, data.remaining() / dataType.elementBytes(), data.remaining()));
		}
		this.dataType = dataType;
		this.shape = shape;
		this.data = data.slice();
	}

	static ByteBuffer heapBuffer(DataType dataType, int elements) {
		return ByteBuffer.allocate(Math.multiplyExact(elements, dataType.elementBytes()))
			.order(ByteOrder.nativeOrder());
	}

	@Override
	public DataType dataType() {
		return this.dataType;
	}

	@Override
	public Shape shape() {
		return this.shape;
	}

	/**
	 * Return the elements.
	 * @return a new read-only view, in the machine's byte order, from the first element
	 * to the last
	 */
	public ByteBuffer data() {
		return this.data.asReadOnlyBuffer().order(ByteOrder.nativeOrder());
	}

	/**
	 * Return whether native code can read the elements where they are.
	 * @return {@code true} if the memory is off the heap
	 */
	public boolean isDirect() {
		return this.data.isDirect();
	}

	@Override
	public NumericTensor slice(int from, int to) {
		return slice(0, from, to);
	}

	@Override
	public NumericTensor slice(int axis, int from, int to) {
		Shape part = this.shape.part(axis, from, to);
		if (part.equals(this.shape)) {
			return this;
		}
		if (Concatenation.runs(this.shape, axis) != 1) {
			return Concatenation.part(this, axis, from, part);
		}
		int size = Math.toIntExact(part.elementCount() * this.dataType.elementBytes());
		return new NumericTensor(this.dataType, part,
				this.data.slice((to > from) ? size / (to - from) * from : 0, size));
	}

	/**
	 * Return the elements of a floating-point tensor.
	 * @return a new array; FP64 elements are rounded to the nearest {@code float}
	 * @throws IllegalStateException if the elements are not floating-point numbers
	 */
	public float[] toFloats() {
		ByteBuffer source = data();
		float[] elements = new float[elements()];
		switch (this.dataType) {
			case FP32 -> source.asFloatBuffer().get(elements);
			case FP64 -> fill(elements, i -> (float) source.getDouble(i * 8));
			case FP16 -> fill(elements, i -> HalfPrecision.fp16ToFloat(source.getShort(i * 2)));
			case BF16 -> fill(elements, i -> HalfPrecision.bf16ToFloat(source.getShort(i * 2)));
			default -> throw unreadable("floating-point numbers");
		}
		return elements;
	}

	/**
	 * Return the elements of an integer or boolean tensor.
	 * @return a new array; unsigned elements are widened, those of UINT64 above
	 * {@link Long#MAX_VALUE} are negative numbers; booleans are 0 and 1
	 * @throws IllegalStateException if the elements are floating-point numbers
	 */
	public long[] toLongs() {
		ByteBuffer source = data();
		long[] elements = new long[elements()];
		for (int i = 0; i < elements.length; i++) {
			elements[i] = switch (this.dataType) {
				case INT64, UINT64 -> source.getLong(i * 8);
				case INT32 -> source.getInt(i * 4);
				case UINT32 -> Integer.toUnsignedLong(source.getInt(i * 4));
				case INT16 -> source.getShort(i * 2);
				case UINT16 -> Short.toUnsignedLong(source.getShort(i * 2));
				case INT8, BOOL -> source.get(i);
				case UINT8 -> Byte.toUnsignedLong(source.get(i));
				default -> throw unreadable("integers");
			};
		}
		return elements;
	}

	/**
	 * Return a view of an FP32 tensor.
	 * @return the elements, read-only
	 * @throws IllegalStateException if the element type is not FP32
	 */
	public FloatBuffer asFloatBuffer() {
		if (this.dataType != DataType.FP32) {
			throw unreadable("FP32 elements");
		}
		return data().asFloatBuffer();
	}

	private int elements() {
		return Math.toIntExact(this.shape.elementCount());
	}

	private IllegalStateException unreadable(String as) {
		return new IllegalStateException("a tensor of %s cannot be read as %s".formatted(this.dataType, as));
	}

	private static void fill(float[] elements, FloatAt source) {
		for (int i = 0; i < elements.length; i++) {
			elements[i] = source.at(i);
		}
	}

	@Override
	public String toString() {
		return this.dataType + this.shape.toString();
	}

	@FunctionalInterface
	private interface FloatAt {

		float at(int index);

	}

}
