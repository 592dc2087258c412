package io.modelserving.tensor;

import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link Shape}.
 */
class ShapeTests {

	@Test
	void whenADimensionIsBelowDynamicThenCreationIsRejected() {
		assertThatIllegalArgumentException().isThrownBy(() -> Shape.of(2, -2))
			.withMessage("shape [2, -2] has the negative dimension -2");
	}

	@Test
	void whenTheArrayIsWrittenToLaterThenTheShapeStaysAsItWas() {
		long[] dimensions = { 2, 3 };
		Shape shape = Shape.of(dimensions);
		dimensions[0] = 7;
		shape.toArray()[1] = 7;
		assertThat(shape).isEqualTo(Shape.of(2, 3));
	}

	@ParameterizedTest
	@MethodSource("counts")
	void elementCountIsTheProductOfTheDimensions(Shape shape, long expected) {
		assertThat(shape.elementCount()).isEqualTo(expected);
		assertThat(shape.requireElementCount()).isEqualTo((int) expected);
	}

	static Stream<Arguments> counts() {
		return Stream.of(Arguments.of(Shape.of(), 1), Arguments.of(Shape.of(5), 5), Arguments.of(Shape.of(2, 3, 4), 24),
				Arguments.of(Shape.of(0, 4), 0), Arguments.of(Shape.of(Integer.MAX_VALUE, 0), 0));
	}

	@Test
	void whenTheShapeIsDynamicThenThereIsNoElementCount() {
		assertThat(Shape.of(2, -1).isDynamic()).isTrue();
		assertThat(Shape.of(2, 1).isDynamic()).isFalse();
		assertThatIllegalStateException().isThrownBy(() -> Shape.of(2, -1).elementCount())
			.withMessage("shape [2, -1] has dynamic dimensions");
		assertThatIllegalArgumentException().isThrownBy(() -> Shape.of(2, -1).requireElementCount())
			.withMessage("shape [2, -1] has dynamic dimensions; that of a tensor must not");
	}

	@Test
	void whenTheProductOverflowsThenItIsRejected() {
		Shape huge = Shape.of(1L << 32, 1L << 32);
		assertThatExceptionOfType(ArithmeticException.class).isThrownBy(huge::elementCount);
		assertThatExceptionOfType(ArithmeticException.class)
			.isThrownBy(() -> Shape.of(1, 1L << 32, 1L << 32).elementsPerRow());
		assertThatIllegalArgumentException().isThrownBy(huge::requireElementCount)
			.withMessageStartingWith("shape [4294967296, 4294967296] has too many elements");
		assertThatIllegalArgumentException().isThrownBy(() -> Shape.of(1L << 31).requireElementCount());
		assertThatIllegalArgumentException().isThrownBy(() -> Shape.of(0, 1L << 31).requireElementCount());
		assertThatIllegalArgumentException().isThrownBy(() -> Shape.of(1L << 62, 0, 1L << 62).requireElementCount());
		assertThat(Shape.of(0, Integer.MAX_VALUE, 1).requireElementCount()).isZero();
	}

	@Test
	void emptyShapesHaveNoElementsWhateverTheirOtherDimensions() {
		assertThat(Shape.of(Long.MAX_VALUE, Long.MAX_VALUE, 0).elementCount()).isZero();
	}

	@Test
	void elementsPerRowLeaveOutTheFirstDimension() {
		assertThat(Shape.of(7, 3, 4).elementsPerRow()).isEqualTo(12);
		assertThat(Shape.of(-1, 3, 4).elementsPerRow()).isEqualTo(12);
		assertThat(Shape.of(7).elementsPerRow()).isEqualTo(1);
		assertThatIllegalStateException().isThrownBy(() -> Shape.of().elementsPerRow());
	}

	@Test
	void replacingADimensionLeavesTheOriginalAlone() {
		Shape shape = Shape.of(1, 28, 28);
		assertThat(shape.with(0, 5)).isEqualTo(Shape.of(5, 28, 28));
		assertThat(shape).isEqualTo(Shape.of(1, 28, 28));
		assertThatIllegalArgumentException().isThrownBy(() -> shape.with(0, -2));
	}

	@ParameterizedTest
	@MethodSource("patterns")
	void aPatternAcceptsAnySizeWhereItIsDynamic(Shape pattern, Shape actual, boolean accepted) {
		assertThat(pattern.accepts(actual)).isEqualTo(accepted);
	}

	static Stream<Arguments> patterns() {
		Shape images = Shape.of(-1, 28, 28);
		return Stream.of(Arguments.of(images, Shape.of(1, 28, 28), true),
				Arguments.of(images, Shape.of(0, 28, 28), true), Arguments.of(images, Shape.of(1, 28, 29), false),
				Arguments.of(images, Shape.of(28, 28), false), Arguments.of(images, Shape.of(1, 28, 28, 1), false),
				Arguments.of(Shape.of(), Shape.of(), true), Arguments.of(Shape.of(), Shape.of(1), false),
				Arguments.of(Shape.ANY, Shape.of(), true), Arguments.of(Shape.ANY, Shape.of(2, 0, 3), true));
	}

	@Test
	void aShapeOfUnknownRankIsNoOtherShape() {
		assertThat(Shape.ANY).isNotEqualTo(Shape.of(-1)).isNotEqualTo(Shape.of()).hasToString("[...]");
		assertThat(Shape.of(-1)).isNotEqualTo(Shape.ANY);
		assertThat(Shape.ANY.hasKnownRank()).isFalse();
		assertThat(Shape.of().hasKnownRank()).isTrue();
		assertThat(Shape.ANY.toArray()).containsExactly(-1);
		assertThatIllegalStateException().isThrownBy(Shape.ANY::elementCount);
	}

	@Test
	void equalityIsByDimensions() {
		assertThat(Shape.of(1, 2)).isEqualTo(Shape.of(1, 2)).hasSameHashCodeAs(Shape.of(1, 2));
		assertThat(Shape.of(1, 2)).isNotEqualTo(Shape.of(2, 1)).isNotEqualTo(Shape.of(1, 2, 1)).isNotEqualTo("[1, 2]");
		assertThat(Shape.of(-1, 28)).hasToString("[-1, 28]");
	}

}
