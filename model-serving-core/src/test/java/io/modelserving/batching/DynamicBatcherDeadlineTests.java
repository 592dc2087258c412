package io.modelserving.batching;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.modelserving.batching.admission.RejectionReason;
import io.modelserving.batching.RecordingListener.Rejected;
import io.modelserving.model.InferenceException.DeadlineExceeded;

import static io.modelserving.batching.BatcherFixture.assertCounts;
import static io.modelserving.batching.BatcherFixture.TIMEOUT;
import static io.modelserving.batching.BatcherFixture.assertAnswer;
import static io.modelserving.batching.BatcherFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests what {@link DynamicBatcher} does with calls for which nobody waits any more.
 */
class DynamicBatcherDeadlineTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	private final BatcherFixture fixture = new BatcherFixture();

	private final Batcher<Rows, List<Integer>> batcher = this.fixture.build(this.fixture.builder(4, Duration.ZERO, 10));

	@AfterEach
	void close() {
		this.fixture.close();
	}

	@Test
	void whenTheDeadlinePassesInTheQueueThenTheCallFailsAndNeverRuns() {
		CompletableFuture<List<Integer>> plug = this.fixture.plug(this.batcher);
		CompletableFuture<List<Integer>> late = this.batcher.submit(Rows.of(1, 2), this.fixture.within(SECOND));
		this.fixture.timer.advance(SECOND);
		assertThat(failure(late, DeadlineExceeded.class))
			.hasMessage("the deadline of 1000 ms passed before the result was ready");
		this.fixture.function.open();
		assertAnswer(plug, BatcherFixture.PLUG * 10);
		assertThat(this.batcher.drain(TIMEOUT)).isTrue();
		assertThat(this.fixture.batches()).isEmpty();
		assertThat(this.fixture.listener.rejected()).containsExactly(new Rejected(RejectionReason.EXPIRED, 2));
		assertThat(this.fixture.listener.waited()).hasSize(1);
	}

	@Test
	void whenTheTimerIsLateThenTheInstanceSeesThatTheDeadlineHasPassed() {
		this.fixture.plug(this.batcher);
		CompletableFuture<List<Integer>> late = this.batcher.submit(Rows.of(1), this.fixture.within(SECOND));
		CompletableFuture<List<Integer>> other = this.batcher.submit(Rows.of(2), Deadline.NONE);
		this.fixture.ticker.advance(SECOND);
		this.fixture.function.open();
		failure(late, DeadlineExceeded.class);
		assertAnswer(other, 20);
		this.fixture.timer.advance(SECOND);
		assertThat(this.fixture.batches()).containsExactly(List.of(2));
		assertThat(this.fixture.listener.rejected()).containsExactly(new Rejected(RejectionReason.EXPIRED, 1));
	}

	@Test
	void whenTheDeadlinePassesDuringTheRunThenTheCallFailsAndItsBatchMatesDoNot() {
		this.fixture.plug(this.batcher);
		CompletableFuture<List<Integer>> late = this.batcher.submit(Rows.of(1), this.fixture.within(SECOND));
		CompletableFuture<List<Integer>> other = this.batcher.submit(Rows.of(2), Deadline.NONE);
		this.fixture.function.release();
		this.fixture.function.awaitRun();
		this.fixture.timer.advance(SECOND);
		failure(late, DeadlineExceeded.class);
		this.fixture.function.open();
		assertAnswer(other, 20);
		failure(late, DeadlineExceeded.class);
		assertThat(this.fixture.batches()).containsExactly(List.of(1, 2));
		assertThat(this.fixture.listener.rejected()).isEmpty();
	}

	@Test
	void whenADeadlineHasPassedOnArrivalThenItIsHeardOf() {
		failure(this.batcher.submit(Rows.of(1, 2, 3), this.fixture.within(Duration.ZERO)), DeadlineExceeded.class);
		assertThat(this.fixture.listener.rejected()).containsExactly(new Rejected(RejectionReason.EXPIRED, 3));
	}

	@Test
	void whenACallIsAnsweredThenItsTimerIsStopped() {
		this.fixture.function.open();
		assertAnswer(this.batcher.submit(Rows.of(1), this.fixture.within(SECOND)), 10);
		assertThat(this.batcher.drain(TIMEOUT)).isTrue();
		long end = System.nanoTime() + TIMEOUT.toNanos();
		while (this.fixture.timer.pending() > 0 && System.nanoTime() - end < 0) {
			Thread.onSpinWait();
		}
		assertThat(this.fixture.timer.pending()).isZero();
	}

	@Test
	void whenACallIsRejectedThenNoTimerIsStarted() {
		this.fixture.plug(this.batcher);
		this.batcher.submit(Rows.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), Deadline.NONE);
		assertThat(this.batcher.submit(Rows.of(11), this.fixture.within(SECOND))).isCompletedExceptionally();
		assertThat(this.fixture.timer.pending()).isZero();
	}

	@Test
	void whenACallerCancelsInTheQueueThenTheRoomIsFreeAtOnce() {
		CompletableFuture<List<Integer>> plug = this.fixture.plug(this.batcher);
		CompletableFuture<List<Integer>> cancelled = this.batcher.submit(Rows.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
				this.fixture.within(SECOND));
		cancelled.cancel(true);
		assertCounts(this.batcher, 0, 0, 1, 1, 1);
		assertThat(this.fixture.listener.rejected()).containsExactly(new Rejected(RejectionReason.CANCELLED, 10));
		assertThat(this.fixture.timer.pending()).isZero();
		CompletableFuture<List<Integer>> next = this.batcher.submit(Rows.of(11), Deadline.NONE);
		this.fixture.function.open();
		assertAnswer(plug, BatcherFixture.PLUG * 10);
		assertAnswer(next, 110);
		assertThat(this.fixture.batches()).containsExactly(List.of(11));
	}

	@Test
	void whenACallerGivesUpWithATimeoutOfItsOwnThenTheCallIsCancelled() {
		this.fixture.plug(this.batcher);
		CompletableFuture<List<Integer>> abandoned = this.batcher.submit(Rows.of(1), Deadline.NONE)
			.orTimeout(1, TimeUnit.NANOSECONDS);
		assertThat(abandoned).failsWithin(TIMEOUT);
		this.fixture.awaitQueuedRows(this.batcher, 0);
		this.fixture.function.open();
		assertThat(this.batcher.drain(TIMEOUT)).isTrue();
		assertThat(this.fixture.listener.rejected()).containsExactly(new Rejected(RejectionReason.CANCELLED, 1));
		assertThat(this.fixture.batches()).isEmpty();
	}

	@Test
	void whenACallerCancelsDuringTheRunThenItsBatchMatesAreAnswered() {
		this.fixture.plug(this.batcher);
		CompletableFuture<List<Integer>> cancelled = this.batcher.submit(Rows.of(1), Deadline.NONE);
		CompletableFuture<List<Integer>> other = this.batcher.submit(Rows.of(2), Deadline.NONE);
		this.fixture.function.release();
		this.fixture.function.awaitRun();
		cancelled.cancel(true);
		this.fixture.function.open();
		assertAnswer(other, 20);
		assertThat(cancelled).isCancelled();
		assertThat(this.fixture.listener.rejected()).isEmpty();
	}

	@Test
	void whenASplitCallIsCancelledThenItsSlicesLeaveTheQueueAndTheRestOfItIsNotRun() {
		CompletableFuture<List<Integer>> large = this.batcher.submit(Rows.of(1, 2, 3, 4, 5, 6, 7, 8, 9), Deadline.NONE);
		this.fixture.function.awaitRun();
		large.cancel(true);
		assertCounts(this.batcher, 0, 0, 1, 1, 0);
		assertThat(this.fixture.listener.rejected()).containsExactly(new Rejected(RejectionReason.CANCELLED, 5));
		this.fixture.function.open();
		assertThat(this.batcher.drain(TIMEOUT)).isTrue();
		assertThat(this.fixture.batches()).containsExactly(List.of(1, 2, 3, 4));
	}

	@Test
	void whenTheDeadlineOfASplitCallPassesThenTheRestOfItExpires() {
		CompletableFuture<List<Integer>> large = this.batcher.submit(Rows.of(1, 2, 3, 4, 5, 6),
				this.fixture.within(SECOND));
		this.fixture.function.awaitRun();
		this.fixture.timer.advance(SECOND);
		failure(large, DeadlineExceeded.class);
		this.fixture.awaitQueuedRows(this.batcher, 0);
		this.fixture.function.open();
		assertThat(this.batcher.drain(TIMEOUT)).isTrue();
		assertThat(this.fixture.batches()).containsExactly(List.of(1, 2, 3, 4));
		assertThat(this.fixture.listener.rejected()).containsExactly(new Rejected(RejectionReason.EXPIRED, 2));
	}

}
