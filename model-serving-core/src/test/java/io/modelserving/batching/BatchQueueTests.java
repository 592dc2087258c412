package io.modelserving.batching;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.modelserving.batching.admission.CostCurve;
import io.modelserving.batching.admission.LatencyBudget;
import io.modelserving.batching.admission.LoadEstimate;
import io.modelserving.batching.admission.QueueLength;
import io.modelserving.batching.admission.RejectionReason;
import io.modelserving.batching.admission.Admission.Decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link BatchQueue}, on one thread: nothing is taken but what is due.
 */
@Timeout(60)
class BatchQueueTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	private final FakeTicker ticker = new FakeTicker();

	private final BatchQueue<Rows, List<Integer>> queue = queue(Duration.ZERO);

	@Test
	void whenThereIsRoomForSomeSlicesButNotForAllThenNoneIsAdded() {
		assertThat(this.queue.offer(List.of(call("", 4), call("", 4)), LatencyBudget.ANY, 0).decision())
			.isEqualTo(Decision.ADMITTED);
		assertThat(this.queue.offer(List.of(call("", 2), call("", 1)), LatencyBudget.ANY, 0).decision())
			.isEqualTo(Decision.FULL);
		assertThat(this.queue.length()).isEqualTo(new QueueLength(2, 8, 0));
		assertThat(this.queue.offer(List.of(call("", 1), call("", 1)), LatencyBudget.ANY, 0).decision())
			.isEqualTo(Decision.ADMITTED);
		assertThat(this.queue.length()).isEqualTo(new QueueLength(4, 10, 0));
	}

	@Test
	void whenCallsAreRemovedThenTheirRowsAreCounted() throws Exception {
		PendingCall<Rows, List<Integer>> taken = offer("", 4);
		PendingCall<Rows, List<Integer>> waiting = offer("", 3);
		assertThat(this.queue.take(this.queue.register()).batch()).containsExactly(taken);
		assertThat(this.queue.remove(List.of(taken, waiting))).isEqualTo(3);
		assertThat(this.queue.remove(List.of(taken, waiting))).isZero();
		assertThat(this.queue.length()).isEqualTo(new QueueLength(0, 0, 0));
	}

	@Test
	void whenEqualCallsWaitThenTheyAreToldApart() {
		PendingCall<Rows, List<Integer>> first = offer("", 1);
		PendingCall<Rows, List<Integer>> second = new PendingCall<>(first.input(), 1, "", 1, first.deadline(),
				first.arrival(), first.result());
		this.queue.offer(List.of(second), LatencyBudget.ANY, 0);
		assertThat(this.queue.length()).isEqualTo(new QueueLength(2, 2, 0));
		assertThat(this.queue.remove(List.of(second))).isEqualTo(1);
		assertThat(this.queue.remove(List.of(second))).isZero();
	}

	@Test
	void theGroupWithTheOldestCallGoesFirstEvenIfAnotherIsFull() throws Exception {
		PendingCall<Rows, List<Integer>> old = offer("a", 1);
		this.ticker.advance(SECOND);
		PendingCall<Rows, List<Integer>> full = offer("b", 4);
		PendingCall<Rows, List<Integer>> joining = offer("a", 2);
		TakenBatch<Rows, List<Integer>> first = this.queue.take(this.queue.register());
		assertThat(first.batch()).containsExactly(old, joining);
		assertThat(first.reason()).isEqualTo(DispatchReason.IDLE);
		TakenBatch<Rows, List<Integer>> second = this.queue.take(this.queue.register());
		assertThat(second.batch()).containsExactly(full);
		assertThat(second.reason()).isEqualTo(DispatchReason.FULL);
	}

	@Test
	void whenTheOldestGroupMayStillWaitThenAFullOneGoes() throws Exception {
		BatchQueue<Rows, List<Integer>> patient = queue(SECOND);
		PendingCall<Rows, List<Integer>> old = call("a", 1);
		PendingCall<Rows, List<Integer>> full = call("b", 4);
		patient.offer(List.of(old), LatencyBudget.ANY, 0);
		patient.offer(List.of(full), LatencyBudget.ANY, 0);
		assertThat(patient.take(patient.register()).batch()).containsExactly(full);
		this.ticker.advance(SECOND);
		TakenBatch<Rows, List<Integer>> delayed = patient.take(patient.register());
		assertThat(delayed.batch()).containsExactly(old);
		assertThat(delayed.reason()).isEqualTo(DispatchReason.DELAY);
	}

	@Test
	void whenALaterCallIsMoreUrgentThenItsDeadlineCounts() throws Exception {
		BatchQueue<Rows, List<Integer>> patient = queue(Duration.ofSeconds(10));
		PendingCall<Rows, List<Integer>> relaxed = call("", 1);
		PendingCall<Rows, List<Integer>> urgent = call("", 1, Deadline.after(SECOND, this.ticker.getAsLong()));
		patient.offer(List.of(relaxed), LatencyBudget.ANY, 0);
		patient.offer(List.of(urgent), LatencyBudget.ANY, 0);
		this.ticker.advance(SECOND);
		TakenBatch<Rows, List<Integer>> taken = patient.take(patient.register());
		assertThat(taken.reason()).isEqualTo(DispatchReason.DEADLINE);
		assertThat(taken.batch()).containsExactly(relaxed);
		assertThat(taken.unwanted()).containsExactly(urgent);
	}

	@Test
	void whenADeadlineHasPassedThenTheCallIsNotInTheBatch() throws Exception {
		PendingCall<Rows, List<Integer>> late = call("", 2, Deadline.after(SECOND, this.ticker.getAsLong()));
		this.queue.offer(List.of(late), LatencyBudget.ANY, 0);
		PendingCall<Rows, List<Integer>> other = offer("", 1);
		this.ticker.advance(SECOND);
		TakenBatch<Rows, List<Integer>> taken = this.queue.take(this.queue.register());
		assertThat(taken.batch()).containsExactly(other);
		assertThat(taken.unwanted()).containsExactly(late);
		assertThat(late.whyUnwanted()).isEqualTo(RejectionReason.EXPIRED);
	}

	@Test
	void whenNobodyWaitsForACallThenItIsNotInTheBatchAndTakesNoRoomInIt() throws Exception {
		PendingCall<Rows, List<Integer>> cancelled = offer("", 3);
		PendingCall<Rows, List<Integer>> other = offer("", 4);
		cancelled.result().cancel(false);
		TakenBatch<Rows, List<Integer>> taken = this.queue.take(this.queue.register());
		assertThat(taken.batch()).containsExactly(other);
		assertThat(taken.unwanted()).containsExactly(cancelled);
		assertThat(cancelled.whyUnwanted()).isEqualTo(RejectionReason.CANCELLED);
	}

	@Test
	void whenNothingIsWantedThenNoBatchIsTaken() throws Exception {
		PendingCall<Rows, List<Integer>> expired = offer("", 1);
		expired.result().completeExceptionally(expired.deadline().exceeded());
		TakenBatch<Rows, List<Integer>> taken = this.queue.take(this.queue.register());
		assertThat(taken.batch()).isEmpty();
		assertThat(taken.unwanted()).containsExactly(expired);
		assertThat(expired.whyUnwanted()).isEqualTo(RejectionReason.EXPIRED);
		assertThat(this.queue.length()).isEqualTo(new QueueLength(0, 0, 0));
	}

	@Test
	void whenClosedThenWhatWaitsIsTakenAndThenNothing() throws Exception {
		BatchQueue<Rows, List<Integer>> patient = queue(SECOND);
		PendingCall<Rows, List<Integer>> waiting = call("", 1);
		patient.offer(List.of(waiting), LatencyBudget.ANY, 0);
		patient.close();
		assertThat(patient.offer(List.of(call("", 1)), LatencyBudget.ANY, 0).decision()).isEqualTo(Decision.CLOSED);
		TakenBatch<Rows, List<Integer>> taken = patient.take(patient.register());
		assertThat(taken.batch()).containsExactly(waiting);
		assertThat(taken.reason()).isEqualTo(DispatchReason.DRAIN);
		assertThat(patient.take(patient.register())).isNull();
		assertThat(patient.take(patient.register())).isNull();
	}

	@Test
	void whenClearedThenAllComesOutAndTheRoomIsFree() {
		PendingCall<Rows, List<Integer>> first = offer("a", 4);
		PendingCall<Rows, List<Integer>> second = offer("b", 4);
		assertThat(this.queue.clear()).containsExactly(first, second);
		assertThat(this.queue.clear()).isEmpty();
		assertThat(this.queue.length()).isEqualTo(new QueueLength(0, 0, 0));
		assertThat(this.queue.offer(List.of(call("", 4), call("", 4)), LatencyBudget.ANY, 0).decision())
			.isEqualTo(Decision.ADMITTED);
	}

	@Test
	void whenTheThreadIsInterruptedThenTakingEnds() {
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> this.queue.take(this.queue.register()));
	}

	private BatchQueue<Rows, List<Integer>> queue(Duration delay) {
		return new BatchQueue<>(new BatchingPolicy(4, delay, 10), new LoadEstimate(CostCurve.UNKNOWN, 4, 1),
				this.ticker);
	}

	private PendingCall<Rows, List<Integer>> offer(String group, int rows) {
		PendingCall<Rows, List<Integer>> call = call(group, rows);
		assertThat(this.queue.offer(List.of(call), LatencyBudget.ANY, 0).decision()).isEqualTo(Decision.ADMITTED);
		return call;
	}

	private PendingCall<Rows, List<Integer>> call(String group, int rows) {
		return call(group, rows, Deadline.NONE);
	}

	private PendingCall<Rows, List<Integer>> call(String group, int rows, Deadline deadline) {
		return new PendingCall<>(Rows.inGroup(group), rows, group, 1, deadline, this.ticker.getAsLong(),
				new CompletableFuture<>());
	}

}
