package io.modelserving.serving;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.modelserving.batching.tensor.Padding;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelSignature;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.TensorSpec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class PaddingRuleTests {

	private final ModelSignature signature = new ModelSignature(
			List.of(new TensorSpec("ids", DataType.INT64, Shape.of(-1, -1), List.of("batch", "length")),
					new TensorSpec("weight", DataType.FP32, Shape.of(-1, 4), List.of("batch", ""))),
			List.of(new TensorSpec("tokens", DataType.FP32, Shape.of(-1, -1, 8), List.of("batch", "length", "")),
					new TensorSpec("mean", DataType.FP32, Shape.of(-1, 8), List.of("batch", ""))));

	@Test
	void everythingWithTheDimensionIsPaddedAndCutBackAndNothingElse() {
		Padding padding = PaddingRule.along("length", Map.of("ids", 7.0), List.of(64, 32)).resolve(this.signature);
		assertThat(padding.inputs()).isEqualTo(Map.of("ids", new Padding.Input(1, 7)));
		assertThat(padding.outputs()).isEqualTo(Map.of("tokens", 1));
		assertThat(padding.buckets()).containsExactly(32, 64);
	}

	@Test
	void whenNoInputHasTheDimensionThenTheMessageNamesThoseThereAre() {
		assertThatExceptionOfType(ModelLoadException.class)
			.isThrownBy(() -> PaddingRule.along("sequence", Map.of(), List.of()).resolve(this.signature))
			.withMessageContaining("no input has a dimension named \"sequence\"")
			.withMessageContaining("length")
			.satisfies(ex -> assertThat(ex.action()).contains("batching.padding.dimension"));
	}

}
