package io.modelserving.batching.admission;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.modelserving.batching.admission.CostCurve.Point;
import io.modelserving.batching.admission.ObjectivePolicy.Choice;
import io.modelserving.batching.admission.ObjectivePolicy.Load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link ObjectivePolicy} and {@link LatencyObjective}: a run costs 2 ms and
 * 0.5 ms more for each row.
 */
class ObjectivePolicyTests {

	private static final RunCosts COSTS = RunCosts
		.of(new CostCurve(List.of(new Point(1, 2_500_000), new Point(64, 34_000_000))));

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			PT0S  | 0.99 | latency-objective is PT0S; it must be longer than 0 and at most a day
			PT-1S | 0.99 | latency-objective is PT-1S; it must be longer than 0 and at most a day
			PT25H | 0.99 | latency-objective is PT25H; it must be longer than 0 and at most a day
			PT1S  | 1    | latency-percentile is 1.0; it must be at least 0.5 and below 1, such as 0.99
			PT1S  | 99   | latency-percentile is 99.0; it must be at least 0.5 and below 1, such as 0.99
			PT1S  | 0.4  | latency-percentile is 0.4; it must be at least 0.5 and below 1, such as 0.99
			""")
	void whenAnObjectiveIsWrongThenTheMessageSaysWhatIsRight(Duration latency, double percentile, String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> new LatencyObjective(latency, percentile))
			.withMessage(message);
	}

	@ParameterizedTest(name = "objective {0} ms, at most {1} rows, factor {2}: {3}")
	@CsvSource({ "1000, 32, 1, 32", "50, 64, 1, 41", "20, 64, 1, 14", "20, 64, 1.2, 11", "20, 64, 9, 10",
			"20, 64, 0.5, 14", "20, 8, 1, 8", "6, 64, 1, 1" })
	void theLargestBatchIsChosenOfWhichTwoRunsFitIntoTheObjective(int millis, int most, double factor, int chosen) {
		assertThat(choose(millis, most, 10_000, factor, 0).maxBatchSize()).isEqualTo(chosen);
	}

	@ParameterizedTest(name = "objective {0} ms, at most {1} rows, factor {2}: {3}")
	@CsvSource({ "5, 64, 1, 6", "1, 64, 1, 6", "1, 4, 1, 4", "6, 64, 1.2, 6" })
	void whenNoRunFitsTwiceThenBatchesTakeAtMostTwiceTheTimeOfARow(int millis, int most, double factor, int chosen) {
		assertThat(choose(millis, most, 10_000, factor, 0).maxBatchSize()).isEqualTo(chosen);
	}

	@ParameterizedTest
	@CsvSource({ "0, 14", "13, 13", "12, 14", "15, 14", "40, 14" })
	void aSizeThatFitsStaysUnlessAMuchLargerOneDoes(int before, int chosen) {
		assertThat(choose(20, 64, 10_000, 1, before).maxBatchSize()).isEqualTo(chosen);
	}

	@ParameterizedTest(name = "{1} rows a second, objective {0} ms: {2} ms")
	@CsvSource({ "1000, 100, 0", "1000, 1000, 8", "1000, 1250, 0", "40, 1000, 0", "1000, 1800, 0", "1000, 5000, 0" })
	void thereIsADelayOnlyWhereBatchesAreSmallInstancesBusyAndTimeIsLeft(int millis, double rate, double delay) {
		assertThat(choose(millis, 64, rate, 1, 0).maxQueueDelay().toNanos() / 1e6).isBetween(delay - 0.3, delay + 0.3);
	}

	@Test
	void aDelayThatIsConfiguredIsTheLongest() {
		ObjectivePolicy policy = new ObjectivePolicy(objective(1000), 64, Duration.ofMillis(3));
		assertThat(policy.choose(new Load(COSTS, 1, 1000, 1), 0).maxQueueDelay()).isEqualTo(Duration.ofMillis(3));
	}

	@Test
	void whenBatchesSaveNothingThenThereIsNoDelay() {
		RunCosts linear = RunCosts.of(new CostCurve(List.of(new Point(1, 1_000_000), new Point(64, 64_000_000))));
		ObjectivePolicy policy = new ObjectivePolicy(objective(1000), 64, Duration.ZERO);
		assertThat(policy.choose(new Load(linear, 1, 990, 1), 0).maxQueueDelay()).isZero();
	}

	@Test
	void whenNothingIsKnownThenTheLimitsHold() {
		ObjectivePolicy policy = new ObjectivePolicy(objective(20), 64, Duration.ZERO);
		Choice choice = policy.choose(new Load(RunCosts.of(CostCurve.UNKNOWN), 1, 100, 1), 0);
		assertThat(choice).isEqualTo(new Choice(64, Duration.ZERO, "nothing is known yet of what a run costs"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					1000 | 32 | batches are as large as they may be; two runs of 32 take 36.0 ms of the 900.0 ms to plan with
					20   | 32 | a request that has just missed a batch waits for it and is in the next; two runs of 14 take 18.0 ms of the 18.0 ms to plan with
					2    | 32 | the objective cannot be met: a run of one row takes 2.5 ms, and 1.8 ms are to plan with; one of 6 takes 5.0 ms
					""")
	void theReasonSaysWhy(int millis, int most, String reason) {
		assertThat(choose(millis, most, 10_000, 1, 0).reason()).isEqualTo(reason);
	}

	private static Choice choose(int millis, int most, double rate, double factor, int before) {
		return new ObjectivePolicy(objective(millis), most, Duration.ZERO).choose(new Load(COSTS, 1, rate, factor),
				before);
	}

	private static LatencyObjective objective(int millis) {
		return new LatencyObjective(Duration.ofMillis(millis), 0.99);
	}

}
