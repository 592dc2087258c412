package io.modelserving.serving.warmup;

import org.junit.jupiter.api.Test;

import io.modelserving.model.ComputeUnit;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static org.assertj.core.api.Assertions.assertThat;

class RowComparisonTests {

	@Test
	void whenNumbersDifferByRoundingThenTheyAgree() {
		assertThat(difference(floats(100, 0.00001f), floats(100.00001f, 0))).isNull();
	}

	@Test
	void whenNumbersDifferByMoreThanAThousandthOfTheLargestThenTheyDiffer() {
		assertThat(difference(floats(1, 0.5f), floats(1, 0.502f))).contains("output \"y\" differs by up to 0.0020");
	}

	@Test
	void whenAnAcceleratorRoundsToTenBitsThenTheyAgree() {
		RowComparison comparison = RowComparison.of(ComputeUnit.ACCELERATOR);
		NamedTensors single = NamedTensors.of("y", floats(1, 0.5f));
		assertThat(comparison.difference(NamedTensors.of("y", floats(1, 0.509f)), single)).isNull();
		assertThat(comparison.difference(NamedTensors.of("y", floats(1, 0.511f)), single)).contains("differs by");
	}

	@Test
	void whenNumbersAreTheSameNotNumbersThenTheyAgree() {
		assertThat(difference(floats(Float.NaN, Float.POSITIVE_INFINITY), floats(Float.NaN, Float.POSITIVE_INFINITY)))
			.isNull();
	}

	@Test
	void whenOneIsNotANumberThenTheyDiffer() {
		assertThat(difference(floats(1, Float.NaN), floats(1, 2))).contains("is NaN in a batch and 2.0 alone");
		assertThat(difference(floats(1, 2), floats(1, Float.NEGATIVE_INFINITY))).contains("-Infinity alone");
	}

	@Test
	void whenIntegersDifferByOneThenTheyDiffer() {
		assertThat(difference(Tensor.of(Shape.of(1, 2), 1L, 2L), Tensor.of(Shape.of(1, 2), 1L, 3L)))
			.contains("other integers");
		assertThat(difference(Tensor.of(Shape.of(1, 2), 1L, 2L), Tensor.of(Shape.of(1, 2), 1L, 2L))).isNull();
	}

	@Test
	void whenStringsDifferThenTheyDiffer() {
		assertThat(difference(Tensor.of(Shape.of(1), "a"), Tensor.of(Shape.of(1), "b"))).contains("other strings");
		assertThat(difference(Tensor.of(Shape.of(1), "a"), Tensor.of(Shape.of(1), "a"))).isNull();
	}

	@Test
	void whenShapesDifferThenTheyDiffer() {
		assertThat(difference(Tensor.of(Shape.of(1, 3), 1f, 2f, 3f), floats(1, 2)))
			.contains("is FP32[1, 3] in a batch and FP32[1, 2] alone");
	}

	private static String difference(Tensor batched, Tensor single) {
		return RowComparison.of(ComputeUnit.PROCESSOR)
			.difference(NamedTensors.of("y", batched), NamedTensors.of("y", single));
	}

	private static Tensor floats(float first, float second) {
		return Tensor.of(Shape.of(1, 2), first, second);
	}

}
