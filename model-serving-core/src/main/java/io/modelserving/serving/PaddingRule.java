package io.modelserving.serving;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.modelserving.batching.tensor.Padding;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelSignature;
import io.modelserving.tensor.TensorSpec;

/**
 * How rows of different length share a batch, to be settled once the signature of the
 * model is known. Pure.
 */
@FunctionalInterface
public interface PaddingRule {

	/** No padding. */
	PaddingRule NONE = signature -> Padding.NONE;

	/**
	 * Settle the padding.
	 * @param signature the signature of the model
	 * @return the padding
	 * @throws ModelLoadException if the rule does not fit the signature
	 */
	Padding resolve(ModelSignature signature);

	/**
	 * Pad every input along the dimension of a symbolic name, and cut every output that
	 * has the dimension back.
	 * @param dimension the symbolic name, as the model gives it
	 * @param values the pad value of each input where it is not 0
	 * @param buckets the lengths to pad to; empty pads to the longest of a batch
	 * @return the rule; it rejects a model without such a dimension
	 */
	static PaddingRule along(String dimension, Map<String, Double> values, List<Integer> buckets) {
		return signature -> {
			Map<String, Padding.Input> inputs = new HashMap<>();
			Map<String, Integer> outputs = new HashMap<>();
			for (TensorSpec spec : signature.inputs()) {
				int index = spec.dimensionNames().indexOf(dimension);
				if (index > 0) {
					inputs.put(spec.name(), new Padding.Input(index, values.getOrDefault(spec.name(), 0.0)));
				}
			}
			for (TensorSpec spec : signature.outputs()) {
				int index = spec.dimensionNames().indexOf(dimension);
				if (index > 0) {
					outputs.put(spec.name(), index);
				}
			}
			if (inputs.isEmpty()) {
				throw new ModelLoadException(
						"no input has a dimension named \"%s\"; there are %s".formatted(dimension,
								signature.inputs().stream().map(TensorSpec::dimensionNames).toList()),
						"Set batching.padding.dimension to one of these names.", false, null);
			}
			return new Padding(inputs, outputs, buckets);
		};
	}

}
