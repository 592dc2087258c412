package io.modelserving.tuning;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.modelserving.tuning.Candidate.Setup;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TuningPlan}.
 */
class TuningPlanTests {

	private static final Candidate CURRENT = new Candidate(1, 3, 5);

	@Test
	void whenNothingIsAskedForThenInstancesAndThreadsDivideTheCores() {
		TuningPlan plan = TuningPlan.of(TuningRequest.defaults(), FakeBench.cores(4, CURRENT));
		assertThat(plan.setups().keySet()).containsExactly(new Setup(1, 3), new Setup(4, 1), new Setup(2, 1),
				new Setup(2, 2), new Setup(1, 2), new Setup(1, 4));
		assertThat(plan.setups().get(new Setup(4, 1))).containsExactly(1, 2, 4, 8, 16, 32, 64);
		assertThat(plan.skipped()).isEmpty();
	}

	@Test
	void whenTheSettingsInForceAreUnusualThenTheyAreTriedAllTheSame() {
		Candidate current = new Candidate(9, 2, 3);
		TuningPlan plan = TuningPlan.of(TuningRequest.defaults(), FakeBench.cores(2, current));
		assertThat(plan.setups().get(new Setup(9, 2))).containsExactly(3);
	}

	@Test
	void whenThereAreSeveralDevicesThenTheirInstancesShareTheCores() {
		Conditions conditions = new Conditions("m", new Candidate(1, 1, 1), Duration.ZERO, 8, 2, false, List.of(1), 16,
				List.of());
		assertThat(TuningPlan.of(TuningRequest.defaults(), conditions).setups().keySet()).containsExactly(
				new Setup(1, 1), new Setup(4, 1), new Setup(2, 1), new Setup(2, 2), new Setup(1, 2), new Setup(1, 4));
	}

	@Test
	void whenTheModelRunsOnAnAcceleratorThenThreadsStayAndInstancesAreFew() {
		Conditions conditions = new Conditions("m", new Candidate(1, 16, 1), Duration.ZERO, 16, 2, true, List.of(1, 2),
				16, List.of());
		assertThat(TuningPlan.of(TuningRequest.defaults(), conditions).setups().keySet())
			.containsExactly(new Setup(1, 16), new Setup(2, 16), new Setup(4, 16));
	}

	@Test
	void whenListsAreGivenThenAllOfThemAreCombinedAndTooManyThreadsSkipped() {
		TuningPlan plan = TuningPlan.of(request(null, null, List.of(1, 3), List.of(1, 2), List.of(2, 7)),
				FakeBench.cores(4, new Candidate(1, 1, 1)));
		assertThat(plan.setups()).containsOnlyKeys(new Setup(1, 1), new Setup(3, 1), new Setup(1, 2));
		assertThat(plan.setups().get(new Setup(3, 1))).containsExactly(2, 7);
		assertThat(plan.skipped()).containsEntry(new Candidate(3, 2, 2), "needs more than the 4 cores available");
	}

	@Test
	void whenALargestBatchIsGivenThenSizesEndThere() {
		assertThat(sizes(request(null, 6, List.of(), List.of(), List.of()))).containsExactly(1, 2, 4, 6);
		assertThat(sizes(request(null, 100, List.of(), List.of(), List.of()))).containsExactly(1, 2, 4, 8, 16, 32, 64,
				100);
		assertThat(sizes(request(null, 6, List.of(), List.of(), List.of(3, 9)))).containsExactly(3);
	}

	@Test
	void whenTheLoadIsGivenThenBatchesThatItCannotFillAreSkipped() {
		assertThat(sizes(request(5, null, List.of(), List.of(), List.of()))).containsExactly(1, 2, 4, 8);
	}

	@Test
	void whenCallsCannotShareBatchesThenThereAreNone() {
		Conditions conditions = new Conditions("m", new Candidate(1, 1, 1), Duration.ZERO, 1, 1, false, List.of(1), 16,
				List.of("fixed"));
		assertThat(TuningPlan.of(request(null, 64, List.of(), List.of(), List.of()), conditions).setups())
			.containsOnlyKeys(new Setup(1, 1));
		TuningPlan asked = TuningPlan.of(request(null, null, List.of(), List.of(), List.of(8)), conditions);
		assertThat(asked.skipped()).containsEntry(new Candidate(1, 1, 8), "calls cannot share batches");
	}

	@Test
	void whenABatchIsLargerThanTheQueueThenItIsSkipped() {
		TuningPlan plan = TuningPlan.of(request(null, null, List.of(1), List.of(1), List.of(2048)),
				FakeBench.cores(1, new Candidate(1, 1, 1)));
		assertThat(plan.skipped()).containsEntry(new Candidate(1, 1, 2048), "batching.queue-capacity is 1024 rows");
	}

	private static Iterable<Integer> sizes(TuningRequest request) {
		return TuningPlan.of(request, FakeBench.cores(4, CURRENT)).setups().get(new Setup(4, 1));
	}

	private static TuningRequest request(@Nullable Integer concurrency, @Nullable Integer maxBatchSize,
			List<Integer> instances, List<Integer> threads, List<Integer> batchSizes) {
		return new TuningRequest(null, Duration.ofSeconds(30), concurrency, 1, maxBatchSize, instances, threads,
				batchSizes);
	}

}
