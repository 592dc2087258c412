package io.modelserving.openinference;

import java.nio.ByteBuffer;
import java.util.List;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.StringTensor;
import io.modelserving.tensor.Tensor;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Classification}.
 */
class ClassificationTests {

	@Test
	void bestClassesOfEachRowComeBestFirst() {
		StringTensor classes = classify(2, Tensor.of(Shape.of(2, 3), 0.1f, 0.7f, 0.2f, 5f, -1f, 6f));
		assertThat(classes.shape()).isEqualTo(Shape.of(2, 2));
		assertThat(classes.elements()).containsExactly("0.700000:1", "0.200000:2", "6.000000:2", "5.000000:0");
	}

	@Test
	void whenMoreAreWantedThanThereAreThenAllCome() {
		StringTensor classes = classify(10, Tensor.of(Shape.of(1, 2), 1L, 2L));
		assertThat(classes.shape()).isEqualTo(Shape.of(1, 2));
		assertThat(classes.elements()).containsExactly("2:1", "1:0");
	}

	@Test
	void whenThereIsOneDimensionThenItIsOneRow() {
		assertThat(classify(1, Tensor.of(Shape.of(3), 1, 3, 2)).elements()).containsExactly("3:1");
		assertThat(classify(1, Tensor.of(Shape.of(3), 1, 3, 2)).shape()).isEqualTo(Shape.of(1));
		assertThat(classify(1, Tensor.of(Shape.of(), 1.5)).elements()).containsExactly("1.500000:0");
	}

	@Test
	void whenThereAreMoreDimensionsThenTheyAreClassesTogether() {
		StringTensor classes = classify(1, Tensor.of(Shape.of(2, 2, 2), 1, 2, 3, 4, 8, 7, 6, 5));
		assertThat(classes.shape()).isEqualTo(Shape.of(2, 1));
		assertThat(classes.elements()).containsExactly("4:3", "8:0");
	}

	@Test
	void whenThereAreNoRowsThenThereAreNoClasses() {
		assertThat(classify(3, Tensor.of(Shape.of(0, 5), new float[0])).shape()).isEqualTo(Shape.of(0, 3));
		assertThat(classify(3, Tensor.of(Shape.of(2, 0), new float[0])).shape()).isEqualTo(Shape.of(2, 0));
	}

	@Test
	void whenScoresAreEqualThenTheFirstComesFirst() {
		assertThat(classify(3, Tensor.of(Shape.of(1, 5), 1, 2, 2, 2, 2)).elements()).containsExactly("2:1", "2:2",
				"2:3");
	}

	@Test
	void labelsFollowTheIndexAsFarAsThereAreAny() {
		Classification classification = new Classification("y", 3, List.of("cat", ""));
		StringTensor classes = (StringTensor) classification.of(Tensor.of(Shape.of(1, 3), 3, 2, 1));
		assertThat(classes.elements()).containsExactly("3:0:cat", "2:1", "1:2");
	}

	@Test
	void decimalsAreThoseOfC() {
		assertThat(classify(9,
				Tensor.of(Shape.of(1, 9), 0.0000005, -0.0000001, Double.NaN, Double.POSITIVE_INFINITY,
						Double.NEGATIVE_INFINITY, 1e15, 1.0000015, -3.25, 0.1f))
			.elements()).containsExactly("inf:3", "1000000000000000.000000:5", "1.000001:6", "0.100000:8", "0.000000:0",
					"-0.000000:1", "-3.250000:7", "-inf:4", "nan:2");
	}

	@Test
	void everyNumericTypeHasScores() {
		for (DataType type : DataType.values()) {
			if (!Scores.isNone(type)) {
				ByteBuffer zeros = ByteBuffer.allocate(2 * type.elementBytes());
				assertThat(classify(1, Tensor.of(type, Shape.of(1, 2), zeros)).elements()).hasSize(1)
					.first()
					.asString()
					.startsWith("0");
			}
		}
	}

	@Test
	void unsignedScoresAreUnsigned() {
		ByteBuffer bytes = ByteBuffer.allocate(16).putLong(-1).putLong(0).flip();
		assertThat(classify(2, Tensor.of(DataType.UINT64, Shape.of(1, 2), bytes)).elements())
			.containsExactly("18446744073709551615:0", "0:1");
	}

	@Test
	void whenElementsAreNoScoresThenTheCallerIsTold() {
		assertThatExceptionOfType(InvalidInput.class).isThrownBy(() -> classify(1, Tensor.of(Shape.of(1), "a")))
			.withMessage("output \"y\": classes need scores, but its elements are BYTES");
		assertThatExceptionOfType(InvalidInput.class)
			.isThrownBy(() -> classify(1, Tensor.of(DataType.BOOL, Shape.of(1), ByteBuffer.allocate(1))))
			.withMessage("output \"y\": classes need scores, but its elements are BOOL");
	}

	private static StringTensor classify(int count, Tensor tensor) {
		return (StringTensor) new Classification("y", count, List.of()).of(tensor);
	}

}
