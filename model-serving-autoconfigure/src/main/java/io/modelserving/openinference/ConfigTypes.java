package io.modelserving.openinference;

import java.util.List;
import java.util.stream.LongStream;

import io.modelserving.tensor.DataType;
import io.modelserving.tensor.TensorSpec;

/**
 * Tensors, as configurations describe them.
 */
final class ConfigTypes {

	private ConfigTypes() {
	}

	static String name(DataType type) {
		return (type == DataType.BYTES) ? "TYPE_STRING" : "TYPE_" + type.name();
	}

	/**
	 * Return the dimensions of a tensor.
	 * @param spec the tensor
	 * @param rows whether its first dimension is that of the batch, which is left out
	 * @return the dimensions
	 */
	static List<Long> dimensions(TensorSpec spec, boolean rows) {
		return LongStream.of(spec.shape().toArray()).skip(rows ? 1 : 0).boxed().toList();
	}

}
