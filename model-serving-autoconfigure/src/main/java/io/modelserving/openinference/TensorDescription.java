package io.modelserving.openinference;

import java.util.List;
import java.util.stream.LongStream;

import io.modelserving.tensor.TensorSpec;

/**
 * What a server says of an input or an output of a model.
 *
 * @param name the name
 * @param datatype the element type
 * @param shape the dimensions, -1 where any size will do
 */
public record TensorDescription(String name, String datatype, List<Long> shape) {

	public TensorDescription {
		shape = List.copyOf(shape);
	}

	static TensorDescription of(TensorSpec spec) {
		return new TensorDescription(spec.name(), spec.dataType().name(),
				LongStream.of(spec.shape().toArray()).boxed().toList());
	}

}
