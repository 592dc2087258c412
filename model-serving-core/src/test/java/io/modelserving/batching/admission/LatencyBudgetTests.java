package io.modelserving.batching.admission;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.modelserving.batching.admission.Admission.Decision;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LatencyBudget}.
 */
class LatencyBudgetTests {

	@ParameterizedTest(name = "wait {0}, own {1}, target {2}, elapsed {3}, factor {4}: {5}")
	@CsvSource(textBlock = """
			0,  900, 100, 0,   1,   ADMITTED
			0,  900, 100, 500, 9,   ADMITTED
			60, 40,  100, 0,   1,   ADMITTED
			61, 40,  100, 0,   1,   BEYOND_OBJECTIVE
			50, 40,  100, 10,  1,   ADMITTED
			51, 40,  100, 10,  1,   BEYOND_OBJECTIVE
			30, 20,  100, 0,   2,   ADMITTED
			31, 20,  100, 0,   2,   BEYOND_OBJECTIVE
			50, 900, 100, 0,   1,   ADMITTED
			51, 900, 100, 0,   1,   BEYOND_OBJECTIVE
			1,  40,  100, 60,  1,   BEYOND_OBJECTIVE
			""")
	void aCallIsLetInIfWhatIsPredictedIsWithinTheObjective(long wait, long own, long target, long elapsed,
			double factor, Decision decision) {
		Prediction prediction = new Prediction(wait, wait + own, wait + own, 10);
		assertThat(new LatencyBudget(Long.MAX_VALUE, target, elapsed, factor).admit(prediction)).isEqualTo(decision);
	}

	@ParameterizedTest
	@CsvSource({ "100, ADMITTED", "101, BEYOND_OBJECTIVE" })
	void whenTheObjectiveIsShorterThanARunThenOneMayBeWaitedFor(long wait, Decision decision) {
		Prediction prediction = new Prediction(wait, wait + 100, wait + 100, 100);
		assertThat(new LatencyBudget(Long.MAX_VALUE, 20, 0, 1).admit(prediction)).isEqualTo(decision);
	}

	@ParameterizedTest
	@CsvSource({ "80, 1, ADMITTED", "79, 1, LATE", "160, 2, ADMITTED", "159, 2, LATE" })
	void whenTheDeadlineCannotBeMetThenTheCallIsLate(long deadline, double factor, Decision decision) {
		Prediction prediction = new Prediction(60, 80, 300, 240);
		assertThat(new LatencyBudget(deadline, Long.MAX_VALUE, 0, factor).admit(prediction)).isEqualTo(decision);
	}

	@ParameterizedTest
	@CsvSource({ "150, LATE", "250, BEYOND_OBJECTIVE" })
	void whenBothCannotBeMetThenTheDeadlineIsTheReason(long deadline, Decision decision) {
		Prediction prediction = new Prediction(160, 200, 200, 40);
		assertThat(new LatencyBudget(deadline, 100, 0, 1).admit(prediction)).isEqualTo(decision);
	}

}
