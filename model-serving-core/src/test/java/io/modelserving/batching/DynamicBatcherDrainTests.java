package io.modelserving.batching;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.modelserving.batching.admission.RejectionReason;
import io.modelserving.batching.RecordingListener.Dispatched;
import io.modelserving.batching.RecordingListener.Event;
import io.modelserving.batching.RecordingListener.Rejected;
import io.modelserving.model.InferenceException.ModelUnavailable;

import static io.modelserving.batching.BatcherFixture.assertCounts;
import static io.modelserving.batching.BatcherFixture.TIMEOUT;
import static io.modelserving.batching.BatcherFixture.assertAnswer;
import static io.modelserving.batching.BatcherFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests how {@link DynamicBatcher} ends.
 */
class DynamicBatcherDrainTests {

	private static final Duration HOUR = Duration.ofHours(1);

	private final BatcherFixture fixture = new BatcherFixture();

	@AfterEach
	void close() {
		this.fixture.close();
	}

	@Test
	void whenDrainedUnderLoadThenAcceptedCallsAreAnsweredAndNewOnesRejected() {
		Batcher<Rows, List<Integer>> batcher = this.fixture.batcher(4);
		CompletableFuture<List<Integer>> plug = this.fixture.plug(batcher);
		List<CompletableFuture<List<Integer>>> accepted = this.fixture.submit(batcher, 1, 2, 3, 4, 5, 6);
		CompletableFuture<Boolean> drained = async(() -> batcher.drain(TIMEOUT));
		awaitRejection(batcher);
		assertThat(drained).isNotDone();
		this.fixture.function.open();
		assertThat(drained).succeedsWithin(TIMEOUT).isEqualTo(true);
		assertThat(plug).isDone();
		assertThat(accepted).allSatisfy(answer -> assertThat(answer).isCompleted());
		assertThat(this.fixture.listener.dispatched()).containsExactly(new Dispatched(DispatchReason.IDLE, 1, 1),
				new Dispatched(DispatchReason.FULL, 4, 4), new Dispatched(DispatchReason.DRAIN, 2, 2));
		assertThat(this.fixture.listener.rejected()).extracting(Rejected::reason).contains(RejectionReason.DRAINING);
		assertThat(batcher.snapshot()).extracting(BatcherSnapshot::inflight, BatcherSnapshot::busyInstances)
			.containsExactly(0, 0);
	}

	@Test
	void whenCallsWaitForADelayThenDrainingDoesNot() {
		Batcher<Rows, List<Integer>> batcher = this.fixture.build(this.fixture.builder(4, HOUR, 8));
		this.fixture.function.open();
		List<CompletableFuture<List<Integer>>> answers = this.fixture.submit(batcher, 1, 2);
		assertThat(batcher.drain(TIMEOUT)).isTrue();
		assertAnswer(answers.get(1), 20);
		assertThat(this.fixture.listener.dispatched()).containsExactly(new Dispatched(DispatchReason.DRAIN, 2, 2));
	}

	@Test
	void drainWaitsUntilTheAnswersAreHandedOver() {
		CountDownLatch held = new CountDownLatch(1);
		CountDownLatch handed = new CountDownLatch(1);
		Batcher<Rows, List<Integer>> batcher = this.fixture.build(this.fixture.builder(4, Duration.ZERO, 8)
			.completionExecutor(task -> this.fixture.completions.execute(() -> {
				handed.countDown();
				await(held);
				task.run();
			})));
		this.fixture.function.open();
		CompletableFuture<List<Integer>> answer = batcher.submit(Rows.of(1), Deadline.NONE);
		await(handed);
		assertThat(batcher.drain(Duration.ofMillis(5))).isFalse();
		CompletableFuture<Boolean> drained = async(() -> batcher.drain(TIMEOUT));
		assertThat(drained).isNotDone();
		held.countDown();
		assertThat(drained).succeedsWithin(TIMEOUT).isEqualTo(true);
		assertThat(answer).isCompleted();
	}

	@Test
	void whenNothingRunsThenDrainingNeedsNoGracePeriod() {
		Batcher<Rows, List<Integer>> idle = this.fixture.batcher(4);
		assertThat(idle.drain(Duration.ZERO)).isTrue();
		Batcher<Rows, List<Integer>> waiting = this.fixture.build(this.fixture.builder(4, HOUR, 8));
		this.fixture.function.open();
		CompletableFuture<List<Integer>> answer = waiting.submit(Rows.of(1), Deadline.NONE);
		waiting.drain(Duration.ZERO);
		assertThat(waiting.drain(TIMEOUT)).isTrue();
		assertThat(answer).isDone();
	}

	@Test
	void whenARunOutlastsTheGracePeriodThenItsCallsFailLikeThoseThatWait() {
		Batcher<Rows, List<Integer>> batcher = this.fixture.batcher(4);
		CompletableFuture<List<Integer>> plug = this.fixture.plug(batcher);
		List<CompletableFuture<List<Integer>>> waiting = this.fixture.submit(batcher, 1, 2);
		assertThat(batcher.drain(Duration.ZERO)).isFalse();
		assertThat(waiting).allSatisfy(answer -> assertThat(answer).isCompletedExceptionally());
		assertThat(failure(waiting.get(0), ModelUnavailable.class))
			.hasMessage("the model is shutting down and takes no more requests");
		assertThat(this.fixture.listener.rejected()).containsExactly(new Rejected(RejectionReason.DRAINING, 1),
				new Rejected(RejectionReason.DRAINING, 1));
		failure(plug, ModelUnavailable.class);
		assertThat(this.fixture.listener.count(Event.TERMINATED)).isEqualTo(1);
		assertCounts(batcher, 0, 0, 1, 1, 0);
		this.fixture.function.open();
		assertThat(this.fixture.batches()).isEmpty();
		assertThat(batcher.drain(TIMEOUT)).isTrue();
	}

	@Test
	void whenASplitCallIsHalfRunAtTheEndOfTheGracePeriodThenItFails() {
		Batcher<Rows, List<Integer>> batcher = this.fixture.batcher(2);
		CompletableFuture<List<Integer>> large = batcher.submit(Rows.of(1, 2, 3, 4, 5), Deadline.NONE);
		this.fixture.function.awaitRun();
		assertThat(batcher.drain(Duration.ZERO)).isFalse();
		failure(large, ModelUnavailable.class);
		this.fixture.function.open();
		assertThat(batcher.drain(TIMEOUT)).isTrue();
		assertThat(this.fixture.batches()).containsExactly(List.of(1, 2));
		assertThat(batcher.snapshot().inflight()).isZero();
	}

	@Test
	void whenTheDrainingThreadIsInterruptedThenItGivesUpAndStaysInterrupted() throws Exception {
		Batcher<Rows, List<Integer>> batcher = this.fixture.batcher(4);
		this.fixture.plug(batcher);
		CompletableFuture<List<Integer>> waiting = batcher.submit(Rows.of(1), Deadline.NONE);
		CompletableFuture<List<Boolean>> result = new CompletableFuture<>();
		Thread draining = new Thread(
				() -> result.complete(List.of(batcher.drain(TIMEOUT), Thread.currentThread().isInterrupted())));
		draining.start();
		draining.interrupt();
		assertThat(result).succeedsWithin(TIMEOUT).isEqualTo(List.of(false, true));
		failure(waiting, ModelUnavailable.class);
	}

	@Test
	void closeFailsWhatWaitsAndWaitsForTheRunUnderWay() {
		Batcher<Rows, List<Integer>> batcher = this.fixture.batcher(4);
		CompletableFuture<List<Integer>> plug = this.fixture.plug(batcher);
		CompletableFuture<List<Integer>> waiting = batcher.submit(Rows.of(1), Deadline.NONE);
		CompletableFuture<Boolean> closed = async(() -> {
			batcher.close();
			return !this.fixture.function.threads().get(0).isAlive();
		});
		failure(waiting, ModelUnavailable.class);
		assertThat(closed).isNotDone();
		this.fixture.function.open();
		assertThat(closed).succeedsWithin(TIMEOUT).isEqualTo(true);
		assertAnswer(plug, BatcherFixture.PLUG * 10);
		assertThat(this.fixture.listener.rejected()).containsExactly(new Rejected(RejectionReason.DRAINING, 1));
	}

	@Test
	void whenTheTimerIsShutDownThenCallsAreTakenNonetheless() {
		ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
		timer.shutdownNow();
		Batcher<Rows, List<Integer>> batcher = this.fixture
			.build(this.fixture.builder(4, Duration.ZERO, 8).timer(DeadlineTimer.of(timer)));
		this.fixture.function.open();
		assertAnswer(batcher.submit(Rows.of(1), this.fixture.within(HOUR)), 10);
		assertThat(batcher.drain(TIMEOUT)).isTrue();
	}

	@Test
	void whenManySubmitWhileItDrainsThenEachCallIsAnsweredOrRejected() {
		for (int round = 0; round < 50; round++) {
			BatchFunction<Rows, List<Integer>> function = (batch, workspace) -> batch.answer();
			Batcher<Rows, List<Integer>> batcher = Batcher.dynamic(new Rows.Adapter(), List.of(function, function))
				.policy(new BatchingPolicy(4, Duration.ZERO, 64))
				.completionExecutor(this.fixture.completions)
				.build();
			CountDownLatch begin = new CountDownLatch(1);
			List<CompletableFuture<List<CompletableFuture<List<Integer>>>>> callers = new ArrayList<>();
			for (int caller = 0; caller < 3; caller++) {
				callers.add(async(() -> {
					await(begin);
					return this.fixture.submit(batcher, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
				}));
			}
			begin.countDown();
			assertThat(batcher.drain(TIMEOUT)).isTrue();
			callers.forEach(caller -> assertThat(caller.join()).allSatisfy(answer -> assertThat(answer).isDone()));
			assertThat(batcher.snapshot()).extracting(BatcherSnapshot::queuedRows, BatcherSnapshot::inflight)
				.containsExactly(0, 0);
		}
	}

	private static void awaitRejection(Batcher<Rows, List<Integer>> batcher) {
		CompletableFuture<List<Integer>> answer = batcher.submit(Rows.inGroup("probe", 0), Deadline.NONE);
		while (!answer.isDone()) {
			answer.cancel(true);
			Thread.onSpinWait();
			answer = batcher.submit(Rows.inGroup("probe", 0), Deadline.NONE);
		}
		failure(answer, ModelUnavailable.class);
	}

	private static <T> CompletableFuture<T> async(Supplier<T> task) {
		return CompletableFuture.supplyAsync(task, runnable -> new Thread(runnable).start());
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
