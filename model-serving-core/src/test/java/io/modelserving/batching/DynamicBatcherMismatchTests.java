package io.modelserving.batching;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.modelserving.batching.admission.LatencyObjective;
import io.modelserving.batching.RecordingListener.Event;
import io.modelserving.tensor.Workspace;

import static io.modelserving.batching.BatcherFixture.TIMEOUT;
import static io.modelserving.batching.BatcherFixture.assertAnswer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests what {@link DynamicBatcher} does with outputs that do not have the rows of their
 * batch. The function answers each number as often as it says.
 */
class DynamicBatcherMismatchTests {

	private final BatcherFixture fixture = new BatcherFixture();

	private final Repeating first = new Repeating();

	private final Repeating second = new Repeating();

	@AfterEach
	void close() {
		this.first.gate.open();
		this.second.gate.open();
		this.fixture.close();
	}

	@Test
	void whenACallIsAloneThenItKeepsItsWholeAnswerWhateverItsRows() {
		AdjustableBatcher<Rows, List<Integer>> batcher = batcher(4);
		this.first.gate.open();
		assertAnswer(batcher.submit(Rows.of(2), Deadline.NONE), 2, 2);
		assertAnswer(batcher.submit(Rows.of(0), Deadline.NONE));
		assertThat(this.first.gate.batches()).containsExactly(List.of(2), List.of(0));
	}

	@Test
	void whenABatchHasOtherRowsThenItsCallsAreRunAgainEachAlone() {
		AdjustableBatcher<Rows, List<Integer>> batcher = batcher(4);
		plug(batcher);
		List<CompletableFuture<List<Integer>>> answers = this.fixture.submit(batcher, 2, 0, 3);
		this.first.gate.open();
		assertAnswer(answers.get(0), 2, 2);
		assertAnswer(answers.get(1));
		assertAnswer(answers.get(2), 3, 3, 3);
		assertThat(this.first.gate.batches()).containsExactly(List.of(1), List.of(2, 0, 3), List.of(2), List.of(0),
				List.of(3));
		assertThat(this.fixture.listener.count(Event.MISMATCHED)).isEqualTo(1);
	}

	@Test
	void whenOneRunHasOtherRowsThenNoCallsShareABatchAnyMore() {
		AdjustableBatcher<Rows, List<Integer>> batcher = batcher(4);
		this.first.gate.release();
		assertAnswer(batcher.submit(Rows.of(2), Deadline.NONE), 2, 2);
		plug(batcher);
		List<CompletableFuture<List<Integer>>> answers = this.fixture.submit(batcher, 2, 0);
		CompletableFuture<List<Integer>> large = batcher.submit(Rows.of(2, 0, 1, 2, 0, 1), Deadline.NONE);
		batcher.add(this.second);
		this.first.gate.open();
		this.second.gate.open();
		assertAnswer(answers.get(0), 2, 2);
		assertAnswer(answers.get(1));
		assertAnswer(large, 2, 2, 1, 2, 2, 1);
		List<List<Integer>> batches = new ArrayList<>(this.first.gate.batches());
		batches.addAll(this.second.gate.batches());
		assertThat(batches).contains(List.of(2), List.of(0), List.of(2, 0, 1, 2, 0, 1)).doesNotContain(List.of(2, 0));
	}

	@Test
	void whenOneRunHasOtherRowsThenTheLimitStaysAtOneAndSaysWhy() {
		AdjustableBatcher<Rows, List<Integer>> batcher = batcher(4);
		assertThat(batcher.obstacle()).isNull();
		this.first.gate.open();
		assertAnswer(batcher.submit(Rows.of(2), Deadline.NONE), 2, 2);
		assertThat(batcher.obstacle()).isEqualTo("2 rows for 1");
		assertThat(batcher.policy()).isEqualTo(new BatchingPolicy(1, Duration.ZERO, 64));
		assertThatIllegalArgumentException().isThrownBy(() -> batcher.policy(new BatchingPolicy(2, Duration.ZERO, 64)))
			.withMessage("max-batch-size is 2; the model is served unbatched and takes 1 only, because 2 rows for 1");
		batcher.policy(new BatchingPolicy(1, Duration.ZERO, 8));
		assertThat(batcher.policy()).isEqualTo(new BatchingPolicy(1, Duration.ZERO, 8));
	}

	@Test
	void whenThereIsAnObjectiveThenItChoosesNoLargerBatchAfterwards() {
		AdjustableBatcher<Rows, List<Integer>> batcher = build(
				builder(4).objective(new LatencyObjective(Duration.ofSeconds(1), 0.99)));
		this.first.gate.open();
		assertAnswer(batcher.submit(Rows.of(2), Deadline.NONE), 2, 2);
		for (int i = 0; i < 20; i++) {
			this.fixture.ticker.advance(Duration.ofMillis(100));
			assertAnswer(batcher.submit(Rows.of(0), Deadline.NONE));
		}
		assertThat(batcher.policy().maxBatchSize()).isEqualTo(1);
		assertThat(batcher.snapshot().objective().maxBatchSize()).isEqualTo(1);
	}

	@Test
	void whenASliceHasOtherRowsThenTheCallIsRunWhole() {
		AdjustableBatcher<Rows, List<Integer>> batcher = batcher(2);
		this.first.gate.open();
		assertAnswer(batcher.submit(Rows.of(1, 2, 0, 3, 1), Deadline.NONE), 1, 2, 2, 3, 3, 3, 1);
		assertThat(batcher.drain(TIMEOUT)).isTrue();
		assertThat(this.first.gate.batches()).containsExactly(List.of(1, 2), List.of(1, 2, 0, 3, 1));
	}

	@Test
	void whenTheAnswersOfSlicesCannotBeJoinedThenTheCallIsRunWholeAndItsInputGivenBackOnce()
			throws InterruptedException {
		Semaphore released = new Semaphore(0);
		AdjustableBatcher<Rows, List<Integer>> batcher = build(Batcher.dynamic(new Rows.Adapter() {

			@Override
			public List<Integer> join(List<List<Integer>> outputs) {
				throw new IllegalArgumentException("their shapes differ");
			}

		}, List.of(this.first.gate.open()))
			.policy(new BatchingPolicy(2, Duration.ZERO, 64))
			.completionExecutor(this.fixture.completions));
		CompletableFuture<List<Integer>> large = batcher.submit(Rows.of(1, 2, 3), Deadline.NONE, 0, 0,
				released::release);
		assertAnswer(large, 10, 20, 30);
		assertThat(batcher.obstacle())
			.isEqualTo("the results of the slices of a call cannot be joined: their shapes differ");
		assertThat(batcher.drain(TIMEOUT)).isTrue();
		assertThat(this.first.gate.batches()).containsExactly(List.of(1, 2), List.of(3), List.of(1, 2, 3));
		assertThat(released.tryAcquire(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
		assertThat(released.availablePermits()).isZero();
	}

	@Test
	void whenACallIsDoneThenItsInputIsGivenBackOnce() throws InterruptedException {
		Semaphore released = new Semaphore(0);
		AdjustableBatcher<Rows, List<Integer>> batcher = batcher(2);
		this.first.gate.open();
		assertAnswer(batcher.submit(Rows.of(1, 2, 0, 3, 1), Deadline.NONE, 0, 0, released::release), 1, 2, 2, 3, 3, 3,
				1);
		assertAnswer(batcher.submit(Rows.of(1), Deadline.NONE, 0, 0, released::release), 1);
		assertThat(batcher.submit(Rows.of(), Deadline.NONE, 9, 0, released::release)).isCompletedExceptionally();
		assertThat(batcher.drain(TIMEOUT)).isTrue();
		assertThat(released.tryAcquire(3, TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
		assertThat(released.availablePermits()).isZero();
	}

	@Test
	void whenSlicesOfOneCallRunSideBySideThenItIsRunWholeOnce() {
		AdjustableBatcher<Rows, List<Integer>> batcher = batcher(2);
		batcher.add(this.second);
		CompletableFuture<List<Integer>> answer = batcher.submit(Rows.of(1, 2, 0, 3), Deadline.NONE);
		this.first.gate.awaitRun();
		this.second.gate.awaitRun();
		this.first.gate.open();
		this.second.gate.open();
		assertAnswer(answer, 1, 2, 2, 3, 3, 3);
		assertThat(batcher.drain(TIMEOUT)).isTrue();
		List<List<Integer>> batches = new ArrayList<>(this.first.gate.batches());
		batches.addAll(this.second.gate.batches());
		assertThat(Collections.frequency(batches, List.of(1, 2, 0, 3))).isEqualTo(1);
	}

	@Test
	void whenABatchThatFitsEndsAfterAnotherHasShownTheMismatchThenItIsNotDividedEither() {
		AdjustableBatcher<Rows, List<Integer>> batcher = batcher(4);
		plug(batcher);
		List<CompletableFuture<List<Integer>>> fitting = this.fixture.submit(batcher, 2, 0);
		this.first.gate.release();
		this.first.gate.awaitRun();
		batcher.add(this.second);
		this.second.gate.open();
		assertAnswer(batcher.submit(Rows.of(3), Deadline.NONE), 3, 3, 3);
		this.first.gate.open();
		assertAnswer(fitting.get(0), 2, 2);
		assertAnswer(fitting.get(1));
		assertThat(this.first.gate.batches()).containsExactly(List.of(1), List.of(2, 0), List.of(2), List.of(0));
	}

	@Test
	void whenADeadlinePassedMeanwhileThenItsCallIsNotRunAgain() {
		AdjustableBatcher<Rows, List<Integer>> batcher = batcher(4);
		plug(batcher);
		CompletableFuture<List<Integer>> late = batcher.submit(Rows.of(3), this.fixture.within(Duration.ofSeconds(1)));
		CompletableFuture<List<Integer>> other = batcher.submit(Rows.of(2), Deadline.NONE);
		this.first.gate.release();
		this.first.gate.awaitRun();
		this.fixture.timer.advance(Duration.ofSeconds(1));
		this.first.gate.open();
		assertAnswer(other, 2, 2);
		assertThat(late).failsWithin(TIMEOUT);
		assertThat(this.first.gate.batches()).containsExactly(List.of(1), List.of(3, 2), List.of(2));
	}

	private void plug(AdjustableBatcher<Rows, List<Integer>> batcher) {
		batcher.submit(Rows.inGroup("plug", 1), Deadline.NONE);
		this.first.gate.awaitRun();
		while (batcher.snapshot().queuedRequests() > 0) {
			Thread.onSpinWait();
		}
	}

	private AdjustableBatcher<Rows, List<Integer>> batcher(int maxBatchSize) {
		return build(builder(maxBatchSize));
	}

	private AdjustableBatcher<Rows, List<Integer>> build(BatcherBuilder<Rows, List<Integer>> builder) {
		AdjustableBatcher<Rows, List<Integer>> batcher = builder.build();
		this.fixture.batchers.add(batcher);
		return batcher;
	}

	private BatcherBuilder<Rows, List<Integer>> builder(int maxBatchSize) {
		return Batcher.dynamic(new CheckedRows(), List.of(this.first))
			.policy(new BatchingPolicy(maxBatchSize, Duration.ZERO, 64))
			.listener(this.fixture.listener)
			.completionExecutor(this.fixture.completions)
			.timer(this.fixture.timer)
			.hangs(BatcherFixture.HANGS)
			.nanoTime(this.fixture.ticker);
	}

	/**
	 * Says when an answer has other rows than its calls.
	 */
	static final class CheckedRows extends Rows.Adapter {

		@Override
		public String mismatch(List<Integer> output, List<Rows> inputs) {
			int rows = inputs.stream().mapToInt(this::rows).sum();
			return (output.size() != rows) ? "%d rows for %d".formatted(output.size(), rows) : null;
		}

	}

	/**
	 * Answers each number as often as it says.
	 */
	static final class Repeating implements BatchFunction<Rows, List<Integer>> {

		final GatedFunction gate = new GatedFunction();

		@Override
		public List<Integer> run(Rows batch, Workspace workspace) {
			this.gate.run(batch, workspace);
			List<Integer> answer = new ArrayList<>();
			batch.values().forEach(value -> answer.addAll(Collections.nCopies(value, value)));
			return answer;
		}

	}

}
