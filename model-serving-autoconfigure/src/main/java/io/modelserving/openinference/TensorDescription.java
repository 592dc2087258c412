package io.modelserving.openinference;

import java.util.List;
import java.util.stream.LongStream;

import com.fasterxml.jackson.annotation.JsonInclude;

import io.modelserving.model.ModelSignature;
import io.modelserving.tensor.TensorSpec;

/**
 * What a server says of an input or an output of a model.
 *
 * @param name the name
 * @param datatype the element type
 * @param shape the dimensions, -1 where any size will do; -1 alone where the rank is not
 * known
 * @param optional whether a call may leave the input out; left out of the JSON where it
 * may not
 */
public record TensorDescription(String name, String datatype, List<Long> shape,
		@JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean optional) {

	public TensorDescription {
		shape = List.copyOf(shape);
	}

	static List<TensorDescription> inputs(ModelSignature signature) {
		return signature.allInputs().stream().map((spec) -> of(spec, signature.isOptional(spec.name()))).toList();
	}

	static List<TensorDescription> outputs(ModelSignature signature) {
		return signature.outputs().stream().map((spec) -> of(spec, false)).toList();
	}

	private static TensorDescription of(TensorSpec spec, boolean optional) {
		return new TensorDescription(spec.name(), spec.dataType().name(),
				LongStream.of(spec.shape().toArray()).boxed().toList(), optional);
	}

}
