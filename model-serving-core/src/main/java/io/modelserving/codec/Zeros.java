package io.modelserving.codec;

import java.nio.ByteBuffer;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

/**
 * Makes tensors of nothing but zeros, as the parameter {@code zeros} asks for them. All
 * of them share one memory, so that a request of a few bytes cannot claim any.
 * Thread-safe.
 */
final class Zeros {

	/** A picture of 1024 × 1024 with three channels in FP32 fits. */
	static final int MOST_BYTES = 16 << 20;

	private static volatile ByteBuffer shared = ByteBuffer.allocate(0);

	private Zeros() {
	}

	/**
	 * Make a tensor.
	 * @param label the input, as messages name it
	 * @param type the type of its elements
	 * @param shape its shape
	 * @param elements the number of its elements
	 * @return the tensor, whose memory cannot be written to
	 * @throws InvalidInput if the elements are strings, or too many
	 */
	static Tensor of(String label, DataType type, Shape shape, int elements) {
		if (type == DataType.BYTES) {
			throw new InvalidInput("%s: parameter \"zeros\" is for numbers; strings need data".formatted(label));
		}
		long bytes = (long) elements * type.elementBytes();
		if (bytes > MOST_BYTES) {
			throw new InvalidInput("%s: parameter \"zeros\" stands for at most %d bytes; %s%s takes %d".formatted(label,
					MOST_BYTES, type, shape, bytes));
		}
		return Tensor.of(type, shape, memory((int) bytes));
	}

	private static ByteBuffer memory(int bytes) {
		ByteBuffer memory = shared;
		if (memory.capacity() < bytes) {
			memory = ByteBuffer.allocate(bytes).asReadOnlyBuffer();
			shared = memory;
		}
		return memory.slice(0, bytes);
	}

}
