package io.modelserving.tensor;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link TensorSpec} and {@link DataType}.
 */
class TensorSpecTests {

	@Test
	void whenDimensionNamesDoNotFitTheRankThenCreationIsRejected() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new TensorSpec("x", DataType.FP32, Shape.of(-1, 4), List.of("batch")))
			.withMessage("tensor \"x\": 1 dimension names for the shape [-1, 4]");
	}

	@Test
	void rowsAreDynamicOnlyWhereTheFirstDimensionIs() {
		assertThat(TensorSpec.of("x", DataType.FP32, Shape.of(-1, 4)).hasDynamicRows()).isTrue();
		assertThat(TensorSpec.of("x", DataType.FP32, Shape.of(1, -1)).hasDynamicRows()).isFalse();
		assertThat(TensorSpec.of("x", DataType.FP32, Shape.of()).hasDynamicRows()).isFalse();
	}

	@Test
	void stringFormIsWhatUsersRead() {
		assertThat(TensorSpec.of("x", DataType.FP32, Shape.of(-1, 4))).hasToString("x FP32[-1, 4]");
	}

	@ParameterizedTest
	@EnumSource
	void everyTypeIsOfOneKind(DataType type) {
		boolean integer = type.name().startsWith("INT") || type.name().startsWith("UINT");
		boolean floating = type.name().contains("FP") || type == DataType.BF16;
		assertThat(type.isInteger()).isEqualTo(integer);
		assertThat(type.isFloatingPoint()).isEqualTo(floating);
		String bits = type.name().replaceAll("\\D", "");
		assertThat(type.elementBytes()).isEqualTo(switch (type) {
			case BOOL -> 1;
			case BYTES -> 0;
			default -> Integer.parseInt(bits) / 8;
		});
	}

}
