package io.modelserving.batching;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.Overloaded;

import static io.modelserving.batching.BatcherFixture.assertAnswer;
import static io.modelserving.batching.BatcherFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests a {@link DynamicBatcher} whose limits change while calls wait and run.
 */
class DynamicBatcherPolicyTests {

	private static final Duration MINUTE = Duration.ofMinutes(1);

	private final BatcherFixture fixture = new BatcherFixture();

	@AfterEach
	void close() {
		this.fixture.close();
	}

	@Test
	void whenTheLimitIsRaisedThenWhatWaitsSharesALargerBatch() {
		AdjustableBatcher<Rows, List<Integer>> batcher = batcher(2, Duration.ZERO, 16);
		this.fixture.plug(batcher);
		List<CompletableFuture<List<Integer>>> waiting = this.fixture.submit(batcher, 1, 2, 3, 4);
		batcher.policy(new BatchingPolicy(4, Duration.ZERO, 16));
		assertThat(batcher.policy().maxBatchSize()).isEqualTo(4);
		this.fixture.function.open();
		waiting.forEach(answer -> assertThat(answer).succeedsWithin(BatcherFixture.TIMEOUT));
		assertThat(this.fixture.batches()).containsExactly(List.of(1, 2, 3, 4));
	}

	@Test
	void whenTheLimitIsLoweredThenSlicesCutForTheOldOneStillRunAndNewCallsAreCutSmaller() {
		AdjustableBatcher<Rows, List<Integer>> batcher = batcher(4, Duration.ZERO, 16);
		this.fixture.plug(batcher);
		CompletableFuture<List<Integer>> large = batcher.submit(Rows.of(1, 2, 3, 4, 5), Deadline.NONE);
		batcher.policy(new BatchingPolicy(2, Duration.ZERO, 16));
		CompletableFuture<List<Integer>> small = batcher.submit(Rows.of(6, 7, 8), Deadline.NONE);
		this.fixture.function.open();
		assertAnswer(large, 10, 20, 30, 40, 50);
		assertAnswer(small, 60, 70, 80);
		assertThat(this.fixture.batches()).containsExactly(List.of(1, 2, 3, 4), List.of(5), List.of(6, 7), List.of(8));
	}

	@Test
	void whenTheDelayIsTakenAwayThenTheIdleInstanceGoesOnAtOnce() {
		AdjustableBatcher<Rows, List<Integer>> batcher = batcher(4, MINUTE, 16);
		this.fixture.function.open();
		CompletableFuture<List<Integer>> waiting = batcher.submit(Rows.of(1), Deadline.NONE);
		assertThat(waiting).isNotDone();
		batcher.policy(new BatchingPolicy(4, Duration.ZERO, 16));
		assertAnswer(waiting, 10);
	}

	@Test
	void whenTheDelayIsShortenedThenItIsCountedFromTheArrival() {
		AdjustableBatcher<Rows, List<Integer>> batcher = batcher(4, MINUTE, 16);
		this.fixture.function.open();
		CompletableFuture<List<Integer>> waiting = batcher.submit(Rows.of(1), Deadline.NONE);
		this.fixture.ticker.advance(Duration.ofSeconds(5));
		batcher.policy(new BatchingPolicy(4, Duration.ofSeconds(5), 16));
		assertAnswer(waiting, 10);
		assertThat(this.fixture.listener.dispatched()).extracting(RecordingListener.Dispatched::reason)
			.containsExactly(DispatchReason.DELAY);
	}

	@Test
	void whenTheCapacityIsLoweredBelowWhatWaitsThenThatStaysAndNewCallsAreRejected() {
		AdjustableBatcher<Rows, List<Integer>> batcher = batcher(2, Duration.ZERO, 16);
		this.fixture.plug(batcher);
		CompletableFuture<List<Integer>> waiting = batcher.submit(Rows.of(1, 2, 3, 4, 5, 6), Deadline.NONE);
		batcher.policy(new BatchingPolicy(2, Duration.ZERO, 4));
		assertThat(failure(batcher.submit(Rows.of(7), Deadline.NONE), Overloaded.class))
			.hasMessage("the queue is full: 6 rows wait, 4 are the most (batching.queue-capacity)");
		assertThat(failure(batcher.submit(Rows.of(1, 2, 3, 4, 5), Deadline.NONE), InvalidInput.class))
			.hasMessageContaining("a request may have at most 4");
		this.fixture.function.open();
		assertAnswer(waiting, 10, 20, 30, 40, 50, 60);
	}

	@Test
	void whenTheCapacityIsRaisedThenThereIsRoomAtOnce() {
		AdjustableBatcher<Rows, List<Integer>> batcher = batcher(1, Duration.ZERO, 1);
		this.fixture.plug(batcher);
		batcher.submit(Rows.of(1), Deadline.NONE);
		failure(batcher.submit(Rows.of(2), Deadline.NONE), Overloaded.class);
		batcher.policy(new BatchingPolicy(1, Duration.ZERO, 2));
		assertThat(batcher.submit(Rows.of(3), Deadline.NONE)).isNotDone();
	}

	private AdjustableBatcher<Rows, List<Integer>> batcher(int maxBatchSize, Duration delay, int capacity) {
		AdjustableBatcher<Rows, List<Integer>> batcher = this.fixture.builder(maxBatchSize, delay, capacity).build();
		this.fixture.batchers.add(batcher);
		return batcher;
	}

}
