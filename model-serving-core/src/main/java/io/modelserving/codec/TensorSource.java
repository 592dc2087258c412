package io.modelserving.codec;

import java.util.Map;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.Quoted;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.Shape;

/**
 * Where the elements of an input are. They are in exactly one place.
 */
enum TensorSource {

	/** In the property {@code data}. */
	JSON,

	/** After the JSON, as bytes. */
	BINARY,

	/** Nowhere: all of them are zero. */
	ZEROS;

	private static final String ALL_ZERO = "zeros";

	private static final String BINARY_SIZE = "binary_data_size";

	private static final String SHARED_MEMORY = "shared_memory_region";

	/**
	 * Find out where the elements are.
	 * @param label the input, as messages name it
	 * @param parameters what the caller says about the input
	 * @param hasData whether it has the property {@code data}
	 * @return the place
	 * @throws InvalidInput if there is none, or more than one
	 */
	static TensorSource of(String label, Map<String, Object> parameters, boolean hasData) {
		if (parameters.containsKey(SHARED_MEMORY)) {
			throw new InvalidInput(
					"%s: parameter \"%s\" is not supported, as the server shares no memory with callers; send data or %s"
						.formatted(label, SHARED_MEMORY, BINARY_SIZE));
		}
		boolean binary = parameters.containsKey(BINARY_SIZE);
		if (Boolean.TRUE.equals(parameters.get(ALL_ZERO))) {
			if (binary || hasData) {
				throw new InvalidInput("%s: there are both %s and %s; send one of them".formatted(label,
						hasData ? "data" : BINARY_SIZE, ALL_ZERO));
			}
			return ZEROS;
		}
		if (binary && hasData) {
			throw new InvalidInput("%s: there are both data and %s; send one of them".formatted(label, BINARY_SIZE));
		}
		if (!binary && !hasData) {
			throw new InvalidInput("%s: data is missing, and so is %s".formatted(label, BINARY_SIZE));
		}
		return binary ? BINARY : JSON;
	}

	/**
	 * Return how many bytes an input has after the JSON.
	 * @param label the input, as messages name it
	 * @param parameters what the caller says about the input
	 * @param type the type of its elements
	 * @param shape its shape
	 * @param elements the number of its elements
	 * @return the number of bytes
	 * @throws InvalidInput if it is none, or the elements do not take as many
	 */
	static int binarySize(String label, Map<String, Object> parameters, DataType type, Shape shape, int elements) {
		if (!(parameters.get(BINARY_SIZE) instanceof Long size) || size < 0 || size > Integer.MAX_VALUE) {
			throw new InvalidInput("%s: %s is %s; it must be 0 to %d".formatted(label, BINARY_SIZE,
					Quoted.text(parameters.get(BINARY_SIZE)), Integer.MAX_VALUE));
		}
		if (type == DataType.BYTES) {
			requireLengths(label, size, shape, elements);
		}
		else if (size != (long) elements * type.elementBytes()) {
			throw new InvalidInput("%s: %s is %d; %s%s takes %d".formatted(label, BINARY_SIZE, size, type, shape,
					(long) elements * type.elementBytes()));
		}
		return Math.toIntExact(size);
	}

	private static void requireLengths(String label, long size, Shape shape, int elements) {
		long least = (long) elements * BinaryStrings.LENGTH_BYTES;
		if (size < least || (elements == 0 && size > 0)) {
			throw new InvalidInput("%s: %s is %d; the lengths alone of BYTES%s take %d".formatted(label, BINARY_SIZE,
					size, shape, least));
		}
	}

}
