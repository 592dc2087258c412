package io.modelserving.batching;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.modelserving.batching.admission.CostCurve;
import io.modelserving.batching.admission.CostCurve.Point;
import io.modelserving.batching.RecordingListener.Dispatched;
import io.modelserving.batching.RecordingListener.Executed;
import io.modelserving.batching.RecordingListener.Waited;

import static io.modelserving.batching.BatcherFixture.assertCounts;
import static io.modelserving.batching.BatcherFixture.assertAnswer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests how {@link DynamicBatcher} forms batches.
 */
class DynamicBatcherBatchingTests {

	private static final Duration HOUR = Duration.ofHours(1);

	private final BatcherFixture fixture = new BatcherFixture();

	@AfterEach
	void close() {
		this.fixture.close();
	}

	@Test
	void whenThereAreNoInstancesThenBuildingIsRejected() {
		assertThatIllegalArgumentException().isThrownBy(() -> Batcher.dynamic(new Rows.Adapter(), List.of()))
			.withMessage("a batcher needs at least one instance");
	}

	@Test
	void whatWaitsWhileTheInstanceIsBusyBecomesOneBatch() {
		Batcher<Rows, List<Integer>> batcher = this.fixture.batcher(8);
		this.fixture.plug(batcher);
		List<CompletableFuture<List<Integer>>> answers = this.fixture.submit(batcher, 1, 2, 3);
		assertCounts(batcher, 3, 3, 1, 1, 4);
		this.fixture.function.open();
		assertAnswer(answers.get(2), 30);
		assertThat(this.fixture.batches()).containsExactly(List.of(1, 2, 3));
		assertThat(this.fixture.listener.dispatched()).containsExactly(new Dispatched(DispatchReason.IDLE, 1, 1),
				new Dispatched(DispatchReason.IDLE, 3, 3));
	}

	@Test
	void whenMoreWaitsThanABatchHoldsThenItIsTakenInOrder() {
		Batcher<Rows, List<Integer>> batcher = this.fixture.batcher(4);
		this.fixture.plug(batcher);
		List<CompletableFuture<List<Integer>>> answers = this.fixture.submit(batcher, 1, 2, 3, 4, 5, 6, 7, 8, 9);
		this.fixture.function.open();
		for (int i = 1; i <= 9; i++) {
			assertAnswer(answers.get(i - 1), i * 10);
		}
		assertThat(this.fixture.batches()).containsExactly(List.of(1, 2, 3, 4), List.of(5, 6, 7, 8), List.of(9));
		assertThat(this.fixture.listener.dispatched()).extracting(Dispatched::reason)
			.containsExactly(DispatchReason.IDLE, DispatchReason.FULL, DispatchReason.FULL, DispatchReason.IDLE);
	}

	@Test
	void theLimitCountsRowsAndDoesNotTearCallsThatFit() {
		Batcher<Rows, List<Integer>> batcher = this.fixture.batcher(4);
		this.fixture.plug(batcher);
		batcher.submit(Rows.of(1, 2, 3), Deadline.NONE);
		batcher.submit(Rows.of(4, 5), Deadline.NONE);
		assertAnswerWhenOpen(batcher.submit(Rows.of(6, 7), Deadline.NONE), 60, 70);
		assertThat(this.fixture.batches()).containsExactly(List.of(1, 2, 3), List.of(4, 5, 6, 7));
	}

	@Test
	void whenACallIsLargerThanABatchThenItIsSplitAndItsAnswerJoined() {
		Batcher<Rows, List<Integer>> batcher = this.fixture.batcher(4);
		this.fixture.plug(batcher);
		CompletableFuture<List<Integer>> small = batcher.submit(Rows.of(1), Deadline.NONE);
		CompletableFuture<List<Integer>> large = batcher.submit(Rows.of(2, 3, 4, 5, 6, 7, 8, 9, 10), Deadline.NONE);
		CompletableFuture<List<Integer>> last = batcher.submit(Rows.of(11), Deadline.NONE);
		assertCounts(batcher, 5, 11, 1, 1, 4);
		this.fixture.function.open();
		assertAnswer(large, 20, 30, 40, 50, 60, 70, 80, 90, 100);
		assertAnswer(small, 10);
		assertAnswer(last, 110);
		assertThat(this.fixture.batches()).containsExactly(List.of(1), List.of(2, 3, 4, 5), List.of(6, 7, 8, 9),
				List.of(10, 11));
	}

	@Test
	void whenThereAreTwoInstancesThenTheSlicesOfACallRunAtTheSameTime() {
		GatedFunction second = new GatedFunction();
		Batcher<Rows, List<Integer>> batcher = this.fixture
			.build(Batcher.dynamic(new Rows.Adapter(), List.of(this.fixture.function, second))
				.policy(new BatchingPolicy(2, Duration.ZERO, 8)));
		CompletableFuture<List<Integer>> answer = batcher.submit(Rows.of(1, 2, 3, 4), Deadline.NONE);
		this.fixture.function.awaitRun();
		second.awaitRun();
		assertThat(batcher.snapshot().busyInstances()).isEqualTo(2);
		second.open();
		assertAnswerWhenOpen(answer, 10, 20, 30, 40);
	}

	@Test
	void callsOfDifferentGroupsDoNotShareABatchNorCloseOne() {
		Batcher<Rows, List<Integer>> batcher = this.fixture.batcher(4);
		this.fixture.plug(batcher);
		IntStream.of(1, 2, 3, 4, 5)
			.forEach(i -> batcher.submit(Rows.inGroup((i % 2 == 0) ? "even" : "odd", i), Deadline.NONE));
		assertAnswerWhenOpen(batcher.submit(Rows.inGroup("even", 6), Deadline.NONE), 60);
		assertThat(this.fixture.batches()).containsExactly(List.of(1, 3, 5), List.of(2, 4, 6));
	}

	@Test
	void whenThereIsADelayThenAnIdleInstanceWaitsForAFullBatch() {
		Batcher<Rows, List<Integer>> batcher = this.fixture.build(this.fixture.builder(3, HOUR, 1024));
		this.fixture.function.open();
		List<CompletableFuture<List<Integer>>> answers = this.fixture.submit(batcher, 1, 2, 3);
		assertAnswer(answers.get(0), 10);
		assertThat(this.fixture.batches()).containsExactly(List.of(1, 2, 3));
		assertThat(this.fixture.listener.dispatched()).containsExactly(new Dispatched(DispatchReason.FULL, 3, 3));
	}

	@Test
	void whenTheDelayIsOverThenTheBatchGoesAndTheOtherGroupWaitsOn() {
		Batcher<Rows, List<Integer>> batcher = this.fixture.build(this.fixture.builder(3, HOUR, 1024));
		this.fixture.function.open();
		CompletableFuture<List<Integer>> old = batcher.submit(Rows.of(1), Deadline.NONE);
		this.fixture.ticker.advance(HOUR);
		CompletableFuture<List<Integer>> young = batcher.submit(Rows.inGroup("young", 2), Deadline.NONE);
		assertAnswer(old, 10);
		assertThat(this.fixture.listener.dispatched()).containsExactly(new Dispatched(DispatchReason.DELAY, 1, 1));
		assertThat(this.fixture.listener.waited()).containsExactly(new Waited(HOUR.toNanos()));
		assertThat(young).isNotDone();
	}

	@Test
	void whenADeadlineNearsThenTheBatchGoesBeforeTheDelayIsOver() {
		CostCurve costs = new CostCurve(List.of(new Point(1, Duration.ofSeconds(2).toNanos())));
		Batcher<Rows, List<Integer>> batcher = this.fixture.build(this.fixture.builder(3, HOUR, 1024).costs(costs));
		this.fixture.function.open();
		CompletableFuture<List<Integer>> urgent = batcher.submit(Rows.of(1),
				this.fixture.within(Duration.ofSeconds(60)));
		this.fixture.ticker.advance(Duration.ofSeconds(58));
		batcher.submit(Rows.inGroup("other", 2), Deadline.NONE);
		assertAnswer(urgent, 10);
		assertThat(this.fixture.listener.dispatched()).containsExactly(new Dispatched(DispatchReason.DEADLINE, 1, 1));
	}

	@Test
	void aRunIsHeardOfWithItsTimeAndSetsTheRate() {
		Batcher<Rows, List<Integer>> batcher = this.fixture.batcher(8);
		CompletableFuture<List<Integer>> plug = this.fixture.plug(batcher);
		this.fixture.ticker.advance(Duration.ofMillis(100));
		this.fixture.function.open();
		assertAnswer(plug, BatcherFixture.PLUG * 10);
		assertThat(this.fixture.listener.executed())
			.containsExactly(new Executed(1, Duration.ofMillis(100).toNanos(), true));
		assertThat(batcher.snapshot().rowsPerSecond()).isEqualTo(10);
	}

	@Test
	void instancesAreNamedDaemonThreads() {
		Batcher<Rows, List<Integer>> batcher = this.fixture
			.build(this.fixture.builder(8, Duration.ZERO, 1024).name("digits:1"));
		this.fixture.plug(batcher);
		Thread thread = this.fixture.function.threads().get(0);
		assertThat(thread.getName()).isEqualTo("digits:1-0");
		assertThat(thread.isDaemon()).isTrue();
	}

	private void assertAnswerWhenOpen(CompletableFuture<List<Integer>> answer, Integer... expected) {
		this.fixture.function.open();
		assertAnswer(answer, expected);
	}

}
