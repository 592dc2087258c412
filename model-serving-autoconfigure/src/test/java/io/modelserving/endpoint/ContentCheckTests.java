package io.modelserving.endpoint;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ContentCheck}.
 */
class ContentCheckTests {

	private static List<String> fields(Object request) {
		return new ContentCheck().validate(request).stream().map(InvalidField::field).toList();
	}

	@Test
	void whenAllIsThereThenNothingIsWrong() {
		assertThat(fields(new Sample("a", null, Optional.empty(), new double[] { 1 }, new String[] { "a" },
				List.of(new Inner(1f)))))
			.isEmpty();
	}

	@Test
	void whenComponentIsMissingThenItIsNamedUnlessItMayBe() {
		assertThat(fields(new Sample(null, null, Optional.empty(), null, null, null))).containsExactly("name",
				"numbers", "words", "inner");
	}

	@Test
	void whenElementsAreNullThenTheirIndexesAreNamed() {
		assertThat(fields(new Sample("a", null, Optional.empty(), new double[0], new String[] { "a", null },
				Arrays.asList(new Inner(1f), null))))
			.containsExactly("words[1]", "inner[1]");
	}

	@Test
	void whenNumbersAreNotFiniteThenTheyAreNamedAtAnyDepth() {
		assertThat(fields(new Sample("a", null, Optional.of(Float.NaN), new double[] { 1, Double.NEGATIVE_INFINITY },
				new String[0], List.of(new Inner(Float.POSITIVE_INFINITY)))))
			.containsExactly("maybe", "numbers[1]", "inner[0].value");
		assertThat(fields(new Matrix(new float[][] { { 1 }, { 1, Float.NaN } }))).containsExactly("rows[1][1]");
	}

	@Test
	void whenVeryMuchIsWrongThenListIsCut() {
		assertThat(fields(Collections.nCopies(1000, Float.NaN))).hasSize(20);
		assertThat(fields(new double[][] { new double[] { Double.NaN } })).containsExactly("[0][0]");
	}

	@Test
	void whenRequestIsNoRecordThenItIsLeftToItsConstraints() {
		assertThat(fields(Map.of("a", Float.NaN))).isEmpty();
	}

	record Sample(String name, @Nullable String label, Optional<Float> maybe, double[] numbers, String[] words,
			List<Inner> inner) {
	}

	record Inner(float value) {
	}

	record Matrix(float[][] rows) {
	}

}
