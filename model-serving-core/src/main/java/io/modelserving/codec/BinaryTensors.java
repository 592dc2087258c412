package io.modelserving.codec;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.tensor.BufferPool.PooledBuffers;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.StringTensor;
import io.modelserving.tensor.Tensor;

/**
 * Tensors as the bytes of the Open Inference Protocol: row-major, without padding, the
 * lowest byte of a number first, a boolean as one byte, and a string as its length in
 * four bytes and its text in UTF-8.
 */
public final class BinaryTensors {

	private BinaryTensors() {
	}

	/**
	 * Read a tensor, chunk by chunk straight into its memory.
	 * @param label the tensor, as messages name it
	 * @param type the type of its elements
	 * @param shape its shape
	 * @param source where to read from
	 * @param size the number of bytes; no more are read
	 * @param memory where the memory of numbers is taken from
	 * @return the tensor
	 * @throws InvalidInput if the size does not fit the shape, the source ends before, or
	 * the bytes are no such elements
	 * @throws IOException if the source fails
	 */
	public static Tensor read(String label, DataType type, Shape shape, InputStream source, int size,
			PooledBuffers memory) throws IOException {
		if (type == DataType.BYTES) {
			int elements = new ByteBudget(Long.MAX_VALUE).take(label, type, shape);
			return Tensor.of(shape, BinaryStrings.read(label, elements, source, size));
		}
		requireSize(label, type, shape, size);
		ElementBuffer buffer = new ElementBuffer(size, memory);
		int missing = buffer.fillFrom(source);
		if (missing > 0) {
			throw tooShort(label, missing);
		}
		return of(label, type, shape, buffer.toBuffer());
	}

	/**
	 * Make a tensor of numbers from memory.
	 * @param label the tensor, as messages name it
	 * @param type the type of its elements, not {@link DataType#BYTES}
	 * @param shape its shape
	 * @param bytes the elements from the position to the limit, which the tensor keeps
	 * @return the tensor
	 * @throws InvalidInput if the size does not fit the shape, or the bytes are no such
	 * elements
	 */
	public static Tensor of(String label, DataType type, Shape shape, ByteBuffer bytes) {
		requireSize(label, type, shape, bytes.remaining());
		return Tensor.of(type, shape, checked(label, type, toMachineOrder(bytes.slice(), type)));
	}

	private static void requireSize(String label, DataType type, Shape shape, int size) {
		long expected = (long) new ByteBudget(Long.MAX_VALUE).take(label, type, shape) * type.elementBytes();
		if (size != expected) {
			throw new InvalidInput(
					"%s: there are %d bytes where %s%s takes %d".formatted(label, size, type, shape, expected));
		}
	}

	static InvalidInput tooShort(String label, int missing) {
		return new InvalidInput("%s: the body ends %d bytes too early".formatted(label, missing));
	}

	/** Native code may do anything with a boolean that is neither 0 nor 1. */
	private static ByteBuffer checked(String label, DataType type, ByteBuffer elements) {
		if (type == DataType.BOOL) {
			for (int i = 0; i < elements.limit(); i++) {
				if ((elements.get(i) & ~1) != 0) {
					throw new InvalidInput("%s: element %d is %d; BOOL takes 0 or 1".formatted(label, i,
							Byte.toUnsignedInt(elements.get(i))));
				}
			}
		}
		return elements;
	}

	private static ByteBuffer toMachineOrder(ByteBuffer elements, DataType type) {
		return (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) ? elements
				: NativeBytes.copy(elements.order(ByteOrder.LITTLE_ENDIAN), type.elementBytes());
	}

	/**
	 * Return the bytes of a tensor.
	 * @param tensor the tensor
	 * @return its bytes, from the position to the limit; a view of the tensor's own
	 * memory where that is possible
	 */
	public static ByteBuffer toBytes(Tensor tensor) {
		if (tensor instanceof StringTensor strings) {
			return BinaryStrings.encode(strings.elements());
		}
		NumericTensor numbers = (NumericTensor) tensor;
		return toMachineOrder(numbers.data(), numbers.dataType());
	}

}
