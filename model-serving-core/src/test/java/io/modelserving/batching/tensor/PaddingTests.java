package io.modelserving.batching.tensor;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Padding}.
 */
class PaddingTests {

	@ParameterizedTest
	@CsvSource({ "1, 16", "16, 16", "17, 64", "64, 64", "65, 65" })
	void lengthIsTheNextBucketOrBeyondTheLastItself(int longest, int length) {
		Padding padding = new Padding(Map.of("ids", new Padding.Input(1, 0)), Map.of(), List.of(64, 16));
		assertThat(padding.lengthFor(longest)).isEqualTo(length);
	}

	@Test
	void whenThereAreNoBucketsThenLengthIsTheLongest() {
		assertThat(Padding.NONE.lengthFor(23)).isEqualTo(23);
		assertThat(Padding.NONE.isNone()).isTrue();
	}

	@Test
	void whenTheBatchItselfIsToBePaddedThenItIsRejected() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Padding.Input(0, 0))
			.withMessage("dimension 0 cannot be padded; it must be at least 1, as 0 is the batch");
	}

}
