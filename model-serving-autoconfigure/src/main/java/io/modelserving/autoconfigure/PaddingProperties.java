package io.modelserving.autoconfigure;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DefaultValue;

import io.modelserving.batching.tensor.Padding;
import io.modelserving.serving.PaddingRule;

/**
 * How rows of different length are brought to one length.
 *
 * @param dimension Symbolic name of the dimension that varies, as the model gives it;
 * every input and output that has it is padded and cut back.
 * @param values Pad value of each input where it is not 0, by the name of the input.
 * @param inputs Index of the dimension that varies, by the name of the input; for a model
 * without symbolic names.
 * @param outputs Index of the dimension that is cut back, by the name of the output; for
 * a model without symbolic names.
 * @param buckets Lengths to pad to; by default the longest of a batch.
 */
record PaddingProperties(@Nullable String dimension, @DefaultValue Map<String, Double> values,
		@DefaultValue Map<String, Integer> inputs, @DefaultValue Map<String, Integer> outputs,
		@DefaultValue List<Integer> buckets) {

	void check(PropertyPath path) {
		boolean named = this.dimension != null && !this.dimension.isBlank();
		path.check(named || !this.inputs.isEmpty(), "dimension", this.dimension,
				"either the name of a dimension is needed, or %s".formatted(path.child("inputs").name()));
		path.check(!named || (this.inputs.isEmpty() && this.outputs.isEmpty()), "dimension", this.dimension,
				"it finds the inputs and outputs by itself: remove %s and %s".formatted(path.child("inputs").name(),
						path.child("outputs").name()));
		this.inputs.forEach((name, index) -> path.child("inputs").atLeast(1, name, index));
		this.outputs.forEach((name, index) -> path.child("outputs").atLeast(1, name, index));
		path.check(this.buckets.stream().allMatch((length) -> length > 0), "buckets", this.buckets,
				"lengths are at least 1");
	}

	PaddingRule rule() {
		if (this.dimension != null) {
			return PaddingRule.along(this.dimension, this.values, this.buckets);
		}
		Map<String, Padding.Input> padded = new LinkedHashMap<>();
		this.inputs
			.forEach((name, index) -> padded.put(name, new Padding.Input(index, this.values.getOrDefault(name, 0.0))));
		Padding padding = new Padding(padded, this.outputs, this.buckets);
		return (signature) -> padding;
	}

}
