package io.modelserving.batching;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.modelserving.model.InferenceException.InvalidInput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Priorities}.
 */
class PrioritiesTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	private final Priorities three = new Priorities(3, 2, SECOND);

	@ParameterizedTest
	@CsvSource({ "0, 2", "1, 1", "2, 2", "3, 3" })
	void whenACallNamesNoLevelThenItGetsTheDefault(int priority, int level) {
		assertThat(this.three.level(priority)).isEqualTo(level);
	}

	@ParameterizedTest
	@ValueSource(ints = { 4, Integer.MAX_VALUE, -1 })
	void whenThereIsNoSuchLevelThenTheMessageSaysWhichThereAre(int priority) {
		assertThatExceptionOfType(InvalidInput.class).isThrownBy(() -> this.three.level(priority))
			.withMessage(
					"priority is %d; it must be at least 1, which goes first, and at most 3 (batching.priority-levels), or 0 for 2",
					priority);
	}

	@Test
	void withoutPrioritiesThereIsOneLevel() {
		assertThat(Priorities.NONE.level(0)).isEqualTo(1);
		assertThat(Priorities.NONE.level(1)).isEqualTo(1);
		assertThatExceptionOfType(InvalidInput.class).isThrownBy(() -> Priorities.NONE.level(2));
		assertThat(Priorities.NONE.rank(1, 42)).isEqualTo(42);
	}

	@ParameterizedTest
	@CsvSource({ "1, 2, 999999999, true", "1, 2, 1000000000, false", "1, 3, 1999999999, true",
			"1, 3, 2000000000, false", "2, 3, 999999999, true", "2, 2, 1, false" })
	void aCallIsPassedOnlyByThoseThatArriveWithinTheAgeingOfTheLevelsBetween(int level, int passed, long later,
			boolean passes) {
		long arrival = Long.MAX_VALUE - 1;
		assertThat(this.three.rank(level, arrival + later) - this.three.rank(passed, arrival) < 0).isEqualTo(passes);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			0   | 1 | 1     | priority-levels is 0; it must be at least 1 and at most 100
			101 | 1 | 1     | priority-levels is 101; it must be at least 1 and at most 100
			3   | 0 | 1     | default-priority is 0; it must be at least 1 and at most priority-levels, 3
			3   | 4 | 1     | default-priority is 4; it must be at least 1 and at most priority-levels, 3
			3   | 2 | 0     | priority-ageing is PT0S; it must be longer than 0 and at most a day
			3   | 2 | -1    | priority-ageing is PT-1S; it must be longer than 0 and at most a day
			3   | 2 | 86401 | priority-ageing is PT24H1S; it must be longer than 0 and at most a day
			""")
	void whenASettingIsWrongThenTheMessageNamesIt(int levels, int level, int ageing, String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> new Priorities(levels, level, Duration.ofSeconds(ageing)))
			.withMessage(message);
	}

}
