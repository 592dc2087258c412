package io.modelserving.batching;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.modelserving.batching.RecordingListener.Event;
import io.modelserving.model.InferenceException.DeadlineExceeded;
import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.RunControl;
import io.modelserving.tensor.Workspace;

import static io.modelserving.batching.BatcherFixture.TIMEOUT;
import static io.modelserving.batching.BatcherFixture.assertAnswer;
import static io.modelserving.batching.BatcherFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that {@link DynamicBatcher} terminates runs that nobody waits for, and what it
 * does about instances that hang.
 */
class DynamicBatcherTerminationTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	private static final int ENDLESS = 7;

	private static final int DEAF = 13;

	private final BatcherFixture fixture = new BatcherFixture();

	private final Endless function = new Endless();

	@AfterEach
	void close() {
		this.function.end();
		this.fixture.close();
	}

	@Test
	void whenTheDeadlineOfTheLastCallerPassesThenTheRunEndsAndTheInstanceServesAgain() {
		AdjustableBatcher<Rows, List<Integer>> batcher = batcher();
		CompletableFuture<List<Integer>> call = batcher.submit(Rows.of(ENDLESS), this.fixture.within(SECOND));
		RunControl control = this.function.awaitRun();
		this.fixture.timer.advance(SECOND);
		failure(call, DeadlineExceeded.class);
		assertThat(control.isTerminated()).isTrue();
		assertAnswer(batcher.submit(Rows.of(1), Deadline.NONE), 10);
		assertThat(this.fixture.listener.count(Event.TERMINATED)).isEqualTo(1);
		assertThat(this.fixture.listener.count(Event.HUNG)).isZero();
	}

	@Test
	void whileOneCallerWaitsThenTheRunGoesOn() {
		AdjustableBatcher<Rows, List<Integer>> batcher = batcher();
		CompletableFuture<List<Integer>> plug = batcher.submit(Rows.inGroup("plug", ENDLESS), Deadline.NONE);
		this.function.awaitRun();
		CompletableFuture<List<Integer>> first = batcher.submit(Rows.of(ENDLESS), this.fixture.within(SECOND));
		CompletableFuture<List<Integer>> second = batcher.submit(Rows.of(1),
				this.fixture.within(SECOND.multipliedBy(2)));
		plug.cancel(false);
		RunControl control = this.function.awaitRun();
		this.fixture.timer.advance(SECOND);
		failure(first, DeadlineExceeded.class);
		assertThat(control.isTerminated()).isFalse();
		this.fixture.timer.advance(SECOND);
		failure(second, DeadlineExceeded.class);
		assertThat(control.isTerminated()).isTrue();
	}

	@Test
	void whenTheOnlyCallerGivesUpThenTheRunEnds() {
		AdjustableBatcher<Rows, List<Integer>> batcher = batcher();
		CompletableFuture<List<Integer>> call = batcher.submit(Rows.of(ENDLESS), Deadline.NONE);
		RunControl control = this.function.awaitRun();
		call.cancel(false);
		assertThat(control.isTerminated()).isTrue();
		assertAnswer(batcher.submit(Rows.of(1), Deadline.NONE), 10);
	}

	@Test
	void whenASplitCallExpiresThenAllItsRunsEnd() {
		AdjustableBatcher<Rows, List<Integer>> batcher = batcher();
		batcher.add(this.function);
		CompletableFuture<List<Integer>> call = batcher
			.submit(Rows.of(ENDLESS, 1, 1, 1, ENDLESS, 1, 1, 1, ENDLESS, 1, 1, 1), this.fixture.within(SECOND));
		RunControl one = this.function.awaitRun();
		RunControl other = this.function.awaitRun();
		this.fixture.timer.advance(SECOND);
		failure(call, DeadlineExceeded.class);
		assertThat(one.isTerminated()).isTrue();
		assertThat(other.isTerminated()).isTrue();
		assertAnswer(batcher.submit(Rows.of(1), Deadline.NONE), 10);
		assertThat(this.function.runs).hasValue(3);
	}

	@Test
	void whenAnInstanceHangsThenAnotherTakesItsPlace() {
		AdjustableBatcher<Rows, List<Integer>> batcher = batcher();
		hang(batcher);
		assertThat(this.fixture.listener.count(Event.HUNG)).isEqualTo(1);
		assertThat(batcher.snapshot().hungInstances()).isEqualTo(1);
		assertThat(batcher.snapshot().instances()).isEqualTo(1);
		assertAnswer(batcher.submit(Rows.of(1), Deadline.NONE), 10);
		this.function.end();
		await(() -> batcher.snapshot().each().size() == 1);
		assertThat(batcher.snapshot().hungInstances()).isZero();
		assertAnswer(batcher.submit(Rows.of(1), Deadline.NONE), 10);
		assertThat(batcher.drain(TIMEOUT)).isTrue();
	}

	@Test
	void whenOneHangsBesideEachInstanceThenNoMoreAreStartedButThoseThatComeBackServe() {
		AdjustableBatcher<Rows, List<Integer>> batcher = batcher();
		hang(batcher);
		hang(batcher);
		assertThat(batcher.snapshot().each()).hasSize(2).allMatch(InstanceSnapshot::hung);
		CompletableFuture<List<Integer>> waiting = batcher.submit(Rows.of(1), Deadline.NONE);
		assertThat(waiting).isNotDone();
		this.function.end();
		assertAnswer(waiting, 10);
		await(() -> batcher.snapshot().each().size() == 1);
		assertThat(batcher.snapshot().hungInstances()).isZero();
	}

	@Test
	void whenTheReplacementFailsThenTheInstanceServesAgainIfItComesBack() {
		AdjustableBatcher<Rows, List<Integer>> batcher = build(builder()
			.replacement((hung, gone) -> CompletableFuture.failedFuture(new IllegalStateException("no memory"))));
		hang(batcher);
		CompletableFuture<List<Integer>> waiting = batcher.submit(Rows.of(1), Deadline.NONE);
		this.function.end();
		assertAnswer(waiting, 10);
	}

	@Test
	void whenTheInstanceComesBackBeforeItsReplacementThenOneOfThemEnds() {
		CompletableFuture<BatchFunction<Rows, List<Integer>>> fresh = new CompletableFuture<>();
		CompletableFuture<Void> replaced = new CompletableFuture<>();
		AdjustableBatcher<Rows, List<Integer>> batcher = build(builder().replacement((hung, gone) -> {
			gone.thenRun(() -> replaced.complete(null));
			return fresh;
		}));
		hang(batcher);
		this.function.end();
		assertAnswer(batcher.submit(Rows.of(1), Deadline.NONE), 10);
		fresh.complete(this.function);
		assertThat(replaced).succeedsWithin(TIMEOUT);
		await(() -> batcher.snapshot().each().size() == 1);
		assertAnswer(batcher.submit(Rows.of(1), Deadline.NONE), 10);
	}

	@Test
	void whenDrainedThenARunIsTerminatedAfterTheGrace() {
		AdjustableBatcher<Rows, List<Integer>> batcher = build(builder().hangs(new HangPolicy(Duration.ofSeconds(30))));
		CompletableFuture<List<Integer>> call = batcher.submit(Rows.of(ENDLESS), Deadline.NONE);
		this.function.awaitRun();
		assertThat(batcher.drain(Duration.ZERO)).isTrue();
		failure(call, ModelUnavailable.class);
		assertThat(batcher.ended()).isCompleted();
	}

	@Test
	void whenARunIsDeafThenDrainingSaysSoAndFailsItsCaller() {
		AdjustableBatcher<Rows, List<Integer>> batcher = batcher();
		CompletableFuture<List<Integer>> call = batcher.submit(Rows.of(DEAF), Deadline.NONE);
		this.function.awaitRun();
		assertThat(batcher.drain(Duration.ZERO)).isFalse();
		failure(call, ModelUnavailable.class);
		CompletableFuture<Void> ended = batcher.ended();
		assertThat(ended).isNotDone();
		this.function.end();
		assertThat(ended).succeedsWithin(TIMEOUT);
	}

	@Test
	void whenARunFailsByItselfThenItIsNotTakenForTerminated() {
		AdjustableBatcher<Rows, List<Integer>> batcher = batcher();
		failure(batcher.submit(Rows.of(-1), Deadline.NONE), ExecutionFailed.class);
		assertThat(this.fixture.listener.count(Event.TERMINATED)).isZero();
	}

	@Test
	void oneWarningPassesInAnIntervalAndSaysHowManyDidNot() {
		WarningLimit limit = new WarningLimit();
		assertThat(limit.pass(5)).isZero();
		assertThat(limit.pass(6)).isEqualTo(-1);
		assertThat(limit.pass(7)).isEqualTo(-1);
		assertThat(limit.pass(5 + Duration.ofSeconds(10).toNanos())).isEqualTo(2);
		assertThat(limit.pass(5 + Duration.ofSeconds(20).toNanos())).isZero();
	}

	private void hang(AdjustableBatcher<Rows, List<Integer>> batcher) {
		CompletableFuture<List<Integer>> call = batcher.submit(Rows.of(DEAF), this.fixture.within(SECOND));
		this.function.awaitRun();
		this.fixture.timer.advance(SECOND);
		failure(call, DeadlineExceeded.class);
		this.fixture.timer.advance(BatcherFixture.HANGS.grace());
	}

	private static void await(BooleanSupplier condition) {
		long end = System.nanoTime() + TIMEOUT.toNanos();
		while (!condition.getAsBoolean() && System.nanoTime() - end < 0) {
			Thread.onSpinWait();
		}
		assertThat(condition.getAsBoolean()).isTrue();
	}

	private AdjustableBatcher<Rows, List<Integer>> batcher() {
		return build(builder());
	}

	private AdjustableBatcher<Rows, List<Integer>> build(BatcherBuilder<Rows, List<Integer>> builder) {
		AdjustableBatcher<Rows, List<Integer>> batcher = builder.build();
		this.fixture.batchers.add(batcher);
		return batcher;
	}

	private BatcherBuilder<Rows, List<Integer>> builder() {
		return Batcher.dynamic(new Rows.Adapter(), List.of(this.function))
			.policy(new BatchingPolicy(4, Duration.ZERO, 64))
			.listener(this.fixture.listener)
			.completionExecutor(this.fixture.completions)
			.timer(this.fixture.timer)
			.hangs(BatcherFixture.HANGS)
			.nanoTime(this.fixture.ticker);
	}

	/**
	 * Runs until it is terminated, or even longer, where a batch says so.
	 */
	private static final class Endless implements BatchFunction<Rows, List<Integer>> {

		private final BlockingQueue<RunControl> controls = new LinkedBlockingQueue<>();

		private final CompletableFuture<Void> end = new CompletableFuture<>();

		private final AtomicInteger runs = new AtomicInteger();

		@Override
		public List<Integer> run(Rows batch, Workspace workspace) {
			throw new AssertionError("the run cannot be ended");
		}

		@Override
		public List<Integer> run(Rows batch, Workspace workspace, RunControl control) {
			this.runs.incrementAndGet();
			if (batch.values().contains(-1)) {
				throw new IllegalStateException("-1");
			}
			if (batch.values().contains(DEAF)) {
				this.controls.add(control);
				this.end.join();
			}
			if (batch.values().contains(ENDLESS)) {
				CompletableFuture<Void> terminated = new CompletableFuture<>();
				control.onTerminate(() -> terminated.complete(null));
				this.controls.add(control);
				CompletableFuture.anyOf(terminated, this.end).join();
				throw new IllegalStateException("terminated");
			}
			return batch.answer();
		}

		RunControl awaitRun() {
			try {
				RunControl control = this.controls.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
				assertThat(control).as("a run begins").isNotNull();
				return control;
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

		void end() {
			this.end.complete(null);
		}

	}

}
