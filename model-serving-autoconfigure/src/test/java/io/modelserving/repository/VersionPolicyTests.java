package io.modelserving.repository;

import java.util.List;

import io.modelserving.repository.VersionPolicy.All;
import io.modelserving.repository.VersionPolicy.Latest;
import io.modelserving.repository.VersionPolicy.Specific;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link VersionPolicy}.
 */
class VersionPolicyTests {

	@Test
	void whenTextNamesAPolicyThenItIsParsed() {
		assertThat(VersionPolicy.parse("latest")).isEqualTo(new Latest(1));
		assertThat(VersionPolicy.parse(" Latest: 2 ")).isEqualTo(new Latest(2));
		assertThat(VersionPolicy.parse("ALL")).isEqualTo(new All());
		assertThat(VersionPolicy.parse("[1, 3]")).isEqualTo(new Specific(List.of(1L, 3L)));
		assertThat(VersionPolicy.parse("1,3")).isEqualTo(new Specific(List.of(1L, 3L)));
		assertThat(VersionPolicy.parse("7")).isEqualTo(new Specific(List.of(7L)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "newest", "[]", "[1, x]", "[0]", "-1", "1,,2", "latest:0", "latest:x", "[1" })
	void whenTextIsNoPolicyThenTheMessageSaysWhatIs(String text) {
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> VersionPolicy.parse(text))
			.withMessage("versions \"%s\" is none of: latest, latest:2, all, a list of positive numbers such as [1, 3]",
					text);
	}

	@Test
	void whenWrittenThenItCanBeParsedAgain() {
		for (String text : List.of("latest", "latest:2", "all", "[1, 3]")) {
			assertThat(VersionPolicy.parse(text)).hasToString(text);
		}
	}

	@Test
	void whenVersionsAreSelectedThenNumbersAreComparedAsNumbers() {
		List<Long> available = List.of(10L, 9L, 2L);
		assertThat(new Latest(1).select(available)).containsExactly(10L);
		assertThat(new Latest(2).select(available)).containsExactly(9L, 10L);
		assertThat(new Latest(5).select(available)).containsExactly(2L, 9L, 10L);
		assertThat(new All().select(available)).containsExactly(2L, 9L, 10L);
		assertThat(new Specific(List.of(9L, 3L, 2L)).select(available)).containsExactly(2L, 9L);
	}

}
