package io.modelserving.batching;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.modelserving.batching.admission.RejectionReason;
import io.modelserving.batching.RecordingListener.Executed;
import io.modelserving.batching.RecordingListener.Rejected;
import io.modelserving.model.InferenceException.DeadlineExceeded;
import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.InferenceException.Overloaded;

import static io.modelserving.batching.BatcherFixture.TIMEOUT;
import static io.modelserving.batching.BatcherFixture.assertAnswer;
import static io.modelserving.batching.BatcherFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that in {@link DynamicBatcher} what fails fails alone.
 */
class DynamicBatcherFailureTests {

	private final BatcherFixture fixture = new BatcherFixture();

	@AfterEach
	void close() {
		this.fixture.close();
	}

	@Test
	void whenOneOfEightIsBadThenTheOtherSevenAreAnswered() {
		Batcher<Rows, List<Integer>> batcher = this.fixture.batcher(8);
		this.fixture.function.failingOn(6, new IllegalStateException("six"));
		List<CompletableFuture<List<Integer>>> answers = submitToBusy(batcher, 1, 2, 3, 4, 5, 6, 7, 8);
		for (int i = 1; i <= 8; i++) {
			if (i == 6) {
				assertThat(failure(answers.get(5), ExecutionFailed.class)).hasRootCauseMessage("six");
			}
			else {
				assertAnswer(answers.get(i - 1), i * 10);
			}
		}
		assertThat(this.fixture.batches()).containsExactly(List.of(1, 2, 3, 4, 5, 6, 7, 8), List.of(1, 2, 3, 4),
				List.of(5, 6, 7, 8), List.of(5, 6), List.of(5), List.of(6), List.of(7, 8));
		assertThat(this.fixture.listener.executed()).extracting(Executed::rows, Executed::succeeded)
			.extracting(Object::toString)
			.containsExactly("(1, true)", "(8, false)", "(4, true)", "(4, false)", "(2, false)", "(1, true)",
					"(1, false)", "(2, true)");
		assertThat(this.fixture.listener.dispatched()).hasSize(2);
		assertThat(this.fixture.listener.rejected()).isEmpty();
	}

	@Test
	void whenAllAreBadThenEachFails() {
		Batcher<Rows, List<Integer>> batcher = this.fixture.batcher(4);
		this.fixture.function.doing(values -> {
			if (!values.contains(BatcherFixture.PLUG)) {
				throw new IllegalStateException("all");
			}
		});
		List<CompletableFuture<List<Integer>>> answers = submitToBusy(batcher, 1, 2, 3, 4);
		answers.forEach(answer -> failure(answer, ExecutionFailed.class));
		assertThat(this.fixture.batches()).hasSize(7);
	}

	@Test
	void whenTheFailureDisappearsForSmallerBatchesThenAllAreAnswered() {
		Batcher<Rows, List<Integer>> batcher = this.fixture.batcher(4);
		this.fixture.function.doing(values -> {
			if (values.size() > 1) {
				throw new IllegalStateException("together");
			}
		});
		List<CompletableFuture<List<Integer>>> answers = submitToBusy(batcher, 1, 2, 3, 4);
		for (int i = 1; i <= 4; i++) {
			assertAnswer(answers.get(i - 1), i * 10);
		}
	}

	@Test
	void whenTheMachineFailsThenTheBatchIsNotDivided() {
		Batcher<Rows, List<Integer>> batcher = this.fixture.batcher(4);
		this.fixture.function.doing(values -> {
			if (values.contains(1)) {
				throw new OutOfMemoryError("test");
			}
		});
		List<CompletableFuture<List<Integer>>> answers = submitToBusy(batcher, 1, 2);
		answers.forEach(answer -> assertThat(failure(answer, Overloaded.class)).hasMessageContaining("no memory"));
		assertThat(this.fixture.batches()).containsExactly(List.of(1, 2));
		assertAnswer(batcher.submit(Rows.of(3), Deadline.NONE), 30);
	}

	@Test
	void whenACallIsCancelledDuringTheFailingRunThenItIsNotRunAgain() {
		Batcher<Rows, List<Integer>> batcher = this.fixture.batcher(4);
		this.fixture.function.failingOn(1, new IllegalStateException());
		this.fixture.plug(batcher);
		List<CompletableFuture<List<Integer>>> answers = this.fixture.submit(batcher, 1, 2, 3, 4);
		this.fixture.function.release();
		this.fixture.function.awaitRun();
		answers.get(2).cancel(true);
		CompletableFuture<List<Integer>> next = batcher.submit(Rows.of(5), Deadline.NONE);
		this.fixture.function.open();
		assertAnswer(next, 50);
		assertThat(this.fixture.batches()).containsExactly(List.of(1, 2, 3, 4), List.of(1, 2), List.of(1), List.of(2),
				List.of(4), List.of(5));
	}

	@Test
	void whenASplitCallIsCancelledDuringTheFailingRunThenItsSliceIsNotRunAgain() {
		Batcher<Rows, List<Integer>> batcher = this.fixture.batcher(4);
		this.fixture.function.failingOn(6, new IllegalStateException());
		CompletableFuture<List<Integer>> split = batcher.submit(Rows.of(1, 2, 3, 4, 5), Deadline.NONE);
		this.fixture.function.awaitRun();
		CompletableFuture<List<Integer>> bad = batcher.submit(Rows.of(6), Deadline.NONE);
		this.fixture.function.release();
		this.fixture.function.awaitRun();
		split.cancel(true);
		this.fixture.function.open();
		failure(bad, ExecutionFailed.class);
		assertThat(this.fixture.batches()).containsExactly(List.of(1, 2, 3, 4), List.of(5, 6), List.of(6));
	}

	@Test
	void whenADeadlinePassesDuringTheFailingRunThenTheCallIsNotRunAgain() {
		Batcher<Rows, List<Integer>> batcher = this.fixture.batcher(4);
		this.fixture.function.failingOn(1, new IllegalStateException());
		this.fixture.plug(batcher);
		CompletableFuture<List<Integer>> bad = batcher.submit(Rows.of(1), Deadline.NONE);
		CompletableFuture<List<Integer>> late = batcher.submit(Rows.of(2), this.fixture.within(Duration.ofSeconds(1)));
		this.fixture.function.release();
		this.fixture.function.awaitRun();
		this.fixture.ticker.advance(Duration.ofSeconds(1));
		this.fixture.function.open();
		failure(bad, ExecutionFailed.class);
		failure(late, DeadlineExceeded.class);
		assertThat(this.fixture.batches()).containsExactly(List.of(1, 2), List.of(1));
	}

	@Test
	void whenASliceFailsThenTheCallFailsAndItsOtherSlicesAreTakenOut() {
		Batcher<Rows, List<Integer>> batcher = this.fixture.batcher(2);
		this.fixture.function.failingOn(1, new IllegalStateException("one"));
		CompletableFuture<List<Integer>> large = batcher.submit(Rows.of(1, 2, 3, 4, 5, 6), Deadline.NONE);
		this.fixture.function.awaitRun();
		CompletableFuture<List<Integer>> other = batcher.submit(Rows.of(7, 8), Deadline.NONE);
		this.fixture.function.release();
		assertThat(failure(large, ExecutionFailed.class)).hasRootCauseMessage("one");
		this.fixture.awaitQueuedRows(batcher, 2);
		this.fixture.function.open();
		assertAnswer(other, 70, 80);
		assertThat(batcher.drain(TIMEOUT)).isTrue();
		assertThat(this.fixture.batches()).startsWith(List.of(1, 2)).doesNotContain(List.of(5, 6));
		assertThat(this.fixture.listener.rejected()).extracting(Rejected::reason)
			.containsOnly(RejectionReason.CANCELLED);
	}

	@Test
	void whenTheSlicesCannotBeJoinedForWantOfMemoryThenTheCallFails() {
		Batcher<Rows, List<Integer>> batcher = this.fixture.build(Batcher.dynamic(new Rows.Adapter() {

			@Override
			public List<Integer> join(List<List<Integer>> outputs) {
				throw new OutOfMemoryError("join");
			}

		}, List.of(this.fixture.function.open())).policy(new BatchingPolicy(2, Duration.ZERO, 8)));
		CompletableFuture<List<Integer>> large = batcher.submit(Rows.of(1, 2, 3), Deadline.NONE);
		assertThat(failure(large, Overloaded.class)).hasMessageContaining("no memory");
	}

	@Test
	void whenTheAdapterFailsAtTheDoorThenTheCallFails() {
		Batcher<Rows, List<Integer>> batcher = this.fixture.build(Batcher.dynamic(new Rows.Adapter() {

			@Override
			public Object group(Rows input) {
				throw new IllegalStateException("group");
			}

		}, List.of(this.fixture.function)));
		CompletableFuture<List<Integer>> answer = batcher.submit(Rows.of(1), Deadline.NONE);
		assertThat(failure(answer, ExecutionFailed.class)).hasRootCauseMessage("group");
		assertThat(batcher.snapshot().inflight()).isZero();
	}

	@Test
	void whenThereAreFewerAnswersThanCallsThenNoneGetsTheAnswerOfAnother() {
		Batcher<Rows, List<Integer>> batcher = this.fixture.build(Batcher.dynamic(new Rows.Adapter() {

			@Override
			public List<List<Integer>> scatter(List<Integer> output, List<Rows> inputs) {
				return List.of(output);
			}

		}, List.of(this.fixture.function)).policy(new BatchingPolicy(4, Duration.ZERO, 8)));
		List<CompletableFuture<List<Integer>>> answers = submitToBusy(batcher, 1, 2);
		assertAnswer(answers.get(0), 10);
		assertAnswer(answers.get(1), 20);
	}

	@Test
	void whenAListenerThrowsThenTheCallsAreAnsweredNonetheless() {
		BatchListener broken = new BatchListener() {

			@Override
			public void dispatched(DispatchReason reason, int requests, int rows) {
				throw new IllegalStateException("dispatched");
			}

			@Override
			public void waited(long nanos) {
				throw new IllegalStateException("waited");
			}

			@Override
			public void executed(int requests, int rows, BatchTimes times, boolean succeeded) {
				throw new IllegalStateException("executed");
			}

			@Override
			public void rejected(RejectionReason reason, int rows) {
				throw new IllegalStateException("rejected");
			}

		};
		Batcher<Rows, List<Integer>> batcher = this.fixture
			.build(this.fixture.builder(4, Duration.ZERO, 8).listener(broken));
		this.fixture.function.failingOn(1, new IllegalStateException("one"));
		List<CompletableFuture<List<Integer>>> answers = submitToBusy(batcher, 1, 2);
		assertThat(failure(answers.get(0), ExecutionFailed.class)).hasRootCauseMessage("one");
		assertAnswer(answers.get(1), 20);
		failure(batcher.submit(Rows.of(3), this.fixture.within(Duration.ZERO)), DeadlineExceeded.class);
		assertAnswer(batcher.submit(Rows.of(4), Deadline.NONE), 40);
	}

	@Test
	void whenARunLeavesAnInterruptBehindThenTheInstanceGoesOn() {
		Batcher<Rows, List<Integer>> batcher = this.fixture.batcher(4);
		this.fixture.function.doing(values -> Thread.currentThread().interrupt()).open();
		assertAnswer(batcher.submit(Rows.of(1), Deadline.NONE), 10);
		assertAnswer(batcher.submit(Rows.of(2), Deadline.NONE), 20);
		assertThat(batcher.drain(TIMEOUT)).isTrue();
	}

	@Test
	void whenTheCompletionExecutorIsShutDownThenCallsAreAnsweredNonetheless() {
		Executor shutDown = task -> {
			throw new RejectedExecutionException();
		};
		Batcher<Rows, List<Integer>> batcher = this.fixture
			.build(this.fixture.builder(4, Duration.ZERO, 8).completionExecutor(shutDown));
		this.fixture.function.failingOn(1, new IllegalStateException()).open();
		failure(batcher.submit(Rows.of(1), Deadline.NONE), ExecutionFailed.class);
		assertAnswer(batcher.submit(Rows.of(2), Deadline.NONE), 20);
		assertThat(batcher.drain(TIMEOUT)).isTrue();
	}

	@Test
	void whenAnswersCannotBeHandedOverThenTheCallsFailAndTheInstanceGoesOn() {
		AtomicBoolean exhausted = new AtomicBoolean(true);
		Batcher<Rows, List<Integer>> batcher = this.fixture
			.build(this.fixture.builder(4, Duration.ZERO, 8).completionExecutor(task -> {
				if (exhausted.getAndSet(false)) {
					throw new OutOfMemoryError("unable to create native thread");
				}
				this.fixture.completions.execute(task);
			}));
		this.fixture.function.open();
		failure(batcher.submit(Rows.of(1), Deadline.NONE), Overloaded.class);
		assertAnswer(batcher.submit(Rows.of(2), Deadline.NONE), 20);
	}

	@Test
	void callersCodeRunsOnTheCompletionExecutorAndNotOnAnInstance() {
		Batcher<Rows, List<Integer>> batcher = this.fixture.batcher(4);
		this.fixture.function.failingOn(2, new IllegalStateException());
		this.fixture.plug(batcher);
		CompletableFuture<String> answered = batcher.submit(Rows.of(1), Deadline.NONE)
			.thenApply(answer -> Thread.currentThread().getName());
		CompletableFuture<String> failed = batcher.submit(Rows.of(2), Deadline.NONE)
			.handle((answer, failure) -> Thread.currentThread().getName());
		CompletableFuture<String> split = batcher.submit(Rows.of(3, 4, 5, 6, 7, 8), Deadline.NONE)
			.thenApply(answer -> Thread.currentThread().getName());
		CompletableFuture<String> expired = batcher
			.submit(Rows.inGroup("late", 9), this.fixture.within(Duration.ofSeconds(1)))
			.handle((answer, failure) -> Thread.currentThread().getName());
		this.fixture.timer.advance(Duration.ofSeconds(1));
		this.fixture.function.open();
		for (CompletableFuture<String> thread : List.of(answered, failed, split, expired)) {
			assertThat(thread).succeedsWithin(TIMEOUT).isEqualTo("completion");
		}
	}

	@Test
	void whenTheCompletionExecutorIsShutDownThenCallersCodeStillDoesNotRunOnAnInstance() {
		Executor shutDown = task -> {
			throw new RejectedExecutionException();
		};
		Batcher<Rows, List<Integer>> batcher = this.fixture
			.build(this.fixture.builder(4, Duration.ZERO, 8).completionExecutor(shutDown));
		this.fixture.plug(batcher);
		CompletableFuture<Thread> thread = batcher.submit(Rows.of(1), Deadline.NONE)
			.thenApply(answer -> Thread.currentThread());
		this.fixture.function.open();
		assertThat(thread).succeedsWithin(TIMEOUT).isNotIn(this.fixture.function.threads());
	}

	private List<CompletableFuture<List<Integer>>> submitToBusy(Batcher<Rows, List<Integer>> batcher, int... values) {
		this.fixture.plug(batcher);
		List<CompletableFuture<List<Integer>>> answers = this.fixture.submit(batcher, values);
		this.fixture.function.open();
		return answers;
	}

}
