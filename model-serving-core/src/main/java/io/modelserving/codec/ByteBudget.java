package io.modelserving.codec;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.Shape;

/**
 * How many bytes the tensors of one request may still take. Asked before memory is
 * allocated.
 */
final class ByteBudget {

	private static final int STRING_REFERENCE_BYTES = 8;

	private static final int MOST = Integer.MAX_VALUE - 8;

	private final long limit;

	private long taken;

	ByteBudget(long limit) {
		this.limit = Math.min(limit, MOST);
	}

	/**
	 * Count a tensor in.
	 * @param label the tensor, as messages name it
	 * @param dataType the type of its elements
	 * @param shape its shape
	 * @return the number of its elements
	 * @throws InvalidInput if that is more than the tensors may take
	 */
	int take(String label, DataType dataType, Shape shape) {
		try {
			long elements = shape.elementCount();
			int elementBytes = (dataType == DataType.BYTES) ? STRING_REFERENCE_BYTES : dataType.elementBytes();
			long bytes = Math.multiplyExact(elements, elementBytes);
			if (bytes <= this.limit - this.taken) {
				this.taken += bytes;
				return (int) elements;
			}
		}
		catch (ArithmeticException ex) {
			// more than can be counted is more than the limit
		}
		throw new InvalidInput("%s: shape %s of %s is too large; the tensors of a request may take %d bytes"
			.formatted(label, shape, dataType, this.limit));
	}

}
