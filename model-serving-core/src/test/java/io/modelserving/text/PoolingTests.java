package io.modelserving.text;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Pooling}.
 */
class PoolingTests {

	private static final Offset<Float> CLOSE = Offset.offset(1e-6f);

	private final NumericTensor hidden = Tensor.of(Shape.of(2, 3, 2), 1f, 2, 3, 4, 100, 100, 5, 6, 7, 8, 9, 10);

	@Test
	void whenMeanIsTakenThenOnlyMaskedTokensCount() {
		NumericTensor mask = Tensor.of(Shape.of(2, 3), 1L, 1, 0, 1, 1, 1);
		float[][] means = Pooling.mean(this.hidden, mask);
		assertThat(means[0]).containsExactly(new float[] { 2, 3 }, CLOSE);
		assertThat(means[1]).containsExactly(new float[] { 7, 8 }, CLOSE);
	}

	@Test
	void whenThereIsNoMaskThenAllTokensCount() {
		assertThat(Pooling.mean(this.hidden)[1]).containsExactly(new float[] { 7, 8 }, CLOSE);
	}

	@Test
	void whenNoTokenCountsThenMeanIsZero() {
		float[][] means = Pooling.mean(this.hidden, Tensor.of(Shape.of(2, 3), 0L, 0, 0, 0, 0, 0));
		assertThat(means).isDeepEqualTo(new float[2][2]);
	}

	@Test
	void whenFirstTokenIsTakenThenRowsHaveTheirOwn() {
		assertThat(Pooling.first(this.hidden)).isDeepEqualTo(new float[][] { { 1, 2 }, { 5, 6 } });
	}

	@Test
	void whenNormalizedThenLengthIsOne() {
		float[][] vectors = Pooling.normalize(new float[][] { { 3, 4 }, { 0, 0 } });
		assertThat(vectors[0]).containsExactly(new float[] { 0.6f, 0.8f }, CLOSE);
		assertThat(vectors[1]).containsExactly(0, 0);
	}

	@Test
	void whenShapesDoNotFitThenBothAreNamed() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Pooling.mean(this.hidden, Tensor.of(Shape.of(1, 3), 1L, 1, 1)))
			.withMessage("attention mask [1, 3] does not fit the vectors [2, 3, 2]");
		assertThatIllegalArgumentException().isThrownBy(() -> Pooling.first(Tensor.of(Shape.of(2, 1), 1f, 2)))
			.withMessageContaining("not [2, 1]");
		assertThatIllegalArgumentException().isThrownBy(() -> Pooling.first(Tensor.of(Shape.of(2, 0, 3), new float[0])))
			.withMessageContaining("no first token");
	}

}
