package io.modelserving.batching;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.modelserving.model.InferenceException.DeadlineExceeded;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.Overloaded;

import static io.modelserving.batching.BatcherFixture.assertAnswer;
import static io.modelserving.batching.BatcherFixture.assertCounts;
import static io.modelserving.batching.BatcherFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests in which order a {@link DynamicBatcher} serves calls of different priority.
 */
class DynamicBatcherPriorityTests {

	private static final Duration AGEING = Duration.ofSeconds(1);

	private final BatcherFixture fixture = new BatcherFixture();

	@AfterEach
	void close() {
		this.fixture.close();
	}

	@Test
	void callsOfAHigherLevelGoFirstAndInALevelInTheOrderTheyCame() {
		Batcher<Rows, List<Integer>> batcher = batcher(2, 3, Duration.ZERO);
		this.fixture.plug(batcher);
		submit(batcher, 3, 31, 32);
		submit(batcher, 2, 21);
		submit(batcher, 1, 11, 12);
		submit(batcher, 2, 22);
		finish();
		assertThat(this.fixture.batches()).containsExactly(List.of(11, 12), List.of(21, 22), List.of(31, 32));
	}

	@Test
	void callsOfDifferentLevelsShareABatch() {
		Batcher<Rows, List<Integer>> batcher = batcher(4, 3, Duration.ZERO);
		this.fixture.plug(batcher);
		submit(batcher, 3, 31);
		submit(batcher, 2, 21);
		submit(batcher, 1, 11);
		finish();
		assertThat(this.fixture.batches()).containsExactly(List.of(11, 21, 31));
	}

	@Test
	void whenACallNamesNoPriorityThenItWaitsAtTheDefaultLevel() {
		Batcher<Rows, List<Integer>> batcher = batcher(1, 3, Duration.ZERO);
		this.fixture.plug(batcher);
		submit(batcher, 3, 31);
		submit(batcher, 0, 21);
		submit(batcher, 1, 11);
		finish();
		assertThat(this.fixture.batches()).containsExactly(List.of(11), List.of(21), List.of(31));
	}

	@Test
	void whenACallHasWaitedForTheAgeingThenNewCallsOfTheLevelAboveDoNotPassIt() {
		Batcher<Rows, List<Integer>> batcher = batcher(1, 3, Duration.ZERO);
		this.fixture.plug(batcher);
		submit(batcher, 3, 31);
		this.fixture.ticker.advance(AGEING);
		submit(batcher, 2, 21);
		submit(batcher, 1, 11);
		this.fixture.ticker.advance(AGEING);
		submit(batcher, 1, 12);
		finish();
		assertThat(this.fixture.batches()).containsExactly(List.of(11), List.of(31), List.of(21), List.of(12));
	}

	@Test
	void theGroupWithTheMostUrgentCallGoesFirst() {
		Batcher<Rows, List<Integer>> batcher = batcher(4, 3, Duration.ZERO);
		this.fixture.plug(batcher);
		batcher.submit(Rows.inGroup("a", 31), Deadline.NONE, 3);
		batcher.submit(Rows.inGroup("b", 21), Deadline.NONE, 2);
		batcher.submit(Rows.inGroup("b", 22), Deadline.NONE, 2);
		finish();
		assertThat(this.fixture.batches()).containsExactly(List.of(21, 22), List.of(31));
	}

	@Test
	void whenThereIsNoSuchLevelThenTheCallIsInvalidAndTakesNoRoom() {
		Batcher<Rows, List<Integer>> batcher = batcher(4, 3, Duration.ZERO);
		this.fixture.plug(batcher);
		assertThat(failure(batcher.submit(Rows.of(1), Deadline.NONE, 4), InvalidInput.class))
			.hasMessageContaining("at most 3 (batching.priority-levels)");
		assertCounts(batcher, 0, 0, 1, 1, 1);
	}

	@Test
	void theDelayCountsFromTheOldestCallWhateverItsLevel() {
		Batcher<Rows, List<Integer>> batcher = batcher(8, 3, Duration.ofMinutes(1));
		this.fixture.function.open();
		CompletableFuture<List<Integer>> old = batcher.submit(Rows.of(31), Deadline.NONE, 3);
		this.fixture.ticker.advance(Duration.ofSeconds(30));
		CompletableFuture<List<Integer>> urgent = batcher.submit(Rows.of(11), Deadline.NONE, 1);
		this.fixture.ticker.advance(Duration.ofSeconds(30));
		batcher.submit(Rows.of(21), Deadline.NONE, 2);
		assertAnswer(old, 310);
		assertAnswer(urgent, 110);
		assertThat(this.fixture.listener.dispatched().get(0).reason()).isEqualTo(DispatchReason.DELAY);
	}

	@Test
	void whenADeadlineIsJudgedThenCallsOfLowerLevelsDoNotCount() {
		Batcher<Rows, List<Integer>> batcher = batcher(4, 3, Duration.ZERO);
		CompletableFuture<List<Integer>> first = this.fixture.plug(batcher);
		this.fixture.ticker.advance(Duration.ofMillis(100));
		this.fixture.function.release();
		assertAnswer(first, BatcherFixture.PLUG * 10);
		this.fixture.plug(batcher);
		batcher.submit(Rows.of(1, 2, 3, 4, 5), Deadline.NONE, 2);
		Deadline near = this.fixture.within(Duration.ofMillis(499));
		assertThat(batcher.submit(Rows.of(11), near, 1)).isNotDone();
		assertThat(failure(batcher.submit(Rows.of(21), near, 2), Overloaded.class))
			.hasMessage("6 rows wait; the result could not be ready within 499 ms");
	}

	@Test
	void whenTimeoutsPassAtSeveralLevelsThenOnlyThoseCallsLeaveAndTheRestKeepsItsOrder() {
		Batcher<Rows, List<Integer>> batcher = batcher(4, 2, Duration.ZERO);
		this.fixture.plug(batcher);
		CompletableFuture<List<Integer>> low = batcher.submit(Rows.of(21, 22, 23), Deadline.NONE, 2);
		CompletableFuture<List<Integer>> lowHasty = batcher.submit(Rows.of(24), within(20), 2);
		CompletableFuture<List<Integer>> high = batcher.submit(Rows.of(11, 12), Deadline.NONE, 1);
		CompletableFuture<List<Integer>> highHasty = batcher.submit(Rows.of(13), within(10), 1);
		this.fixture.timer.advance(Duration.ofMillis(10));
		failure(highHasty, DeadlineExceeded.class);
		assertThat(lowHasty).isNotDone();
		this.fixture.timer.advance(Duration.ofMillis(10));
		failure(lowHasty, DeadlineExceeded.class);
		this.fixture.function.open();
		assertAnswer(high, 110, 120);
		assertAnswer(low, 210, 220, 230);
		assertThat(this.fixture.batches()).containsExactly(List.of(11, 12), List.of(21, 22, 23));
	}

	private Deadline within(long millis) {
		return this.fixture.within(Duration.ofMillis(millis));
	}

	@Test
	void whenTheQueueIsFullThenAHigherLevelIsRejectedTooAndNobodyIsThrownOut() {
		Batcher<Rows, List<Integer>> batcher = this.fixture.build(this.fixture.builder(1, Duration.ZERO, 1)
			.policy(new BatchingPolicy(1, Duration.ZERO, 1, new Priorities(2, 2, AGEING))));
		this.fixture.plug(batcher);
		CompletableFuture<List<Integer>> low = batcher.submit(Rows.of(21), Deadline.NONE, 2);
		failure(batcher.submit(Rows.of(11), Deadline.NONE, 1), Overloaded.class);
		this.fixture.function.open();
		assertAnswer(low, 210);
	}

	@Test
	void whenACallOfALowerLevelIsCancelledThenItLeavesTheQueue() {
		Batcher<Rows, List<Integer>> batcher = batcher(4, 3, Duration.ZERO);
		this.fixture.plug(batcher);
		CompletableFuture<List<Integer>> low = batcher.submit(Rows.of(31, 32), Deadline.NONE, 3);
		submit(batcher, 1, 11);
		low.cancel(false);
		assertCounts(batcher, 1, 1, 1, 1, 2);
		finish();
		assertThat(this.fixture.batches()).containsExactly(List.of(11));
	}

	private Batcher<Rows, List<Integer>> batcher(int maxBatchSize, int levels, Duration delay) {
		return this.fixture.build(this.fixture.builder(maxBatchSize, delay, 64)
			.policy(new BatchingPolicy(maxBatchSize, delay, 64, new Priorities(levels, 2, AGEING))));
	}

	private void submit(Batcher<Rows, List<Integer>> batcher, int priority, int... values) {
		for (int value : values) {
			batcher.submit(Rows.of(value), Deadline.NONE, priority);
		}
	}

	private void finish() {
		this.fixture.function.open();
		this.fixture.batchers.forEach(batcher -> assertThat(batcher.drain(BatcherFixture.TIMEOUT)).isTrue());
	}

}
