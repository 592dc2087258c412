package io.modelserving.endpoint;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.modelserving.batching.Deadline;
import io.modelserving.model.InferenceException.DeadlineExceeded;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.serving.LatencyEstimate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EncodingAdmission}: one thread encodes, a request takes it 10 ms of
 * virtual time.
 */
class EncodingAdmissionTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final AtomicLong clock = new AtomicLong();

	private final ThreadPoolExecutor thread = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS,
			new ArrayBlockingQueue<>(100));

	private final FakeEncodingStage stage = new FakeEncodingStage(this.thread, this.clock::get);

	private @Nullable LatencyEstimate estimate;

	private final List<Integer> before = new ArrayList<>();

	private final EncodingAdmission admission = new EncodingAdmission(this.stage, (rows) -> {
		this.before.add(rows);
		return Optional.ofNullable(this.estimate);
	}, this.clock::get);

	private final CountDownLatch go = new CountDownLatch(1);

	@AfterEach
	void endThreads() {
		this.go.countDown();
		this.thread.shutdown();
	}

	@Test
	void whenThereIsNeitherObjectiveNorTimeoutThenAllAreLetInAsFarAsThereIsRoom() {
		measure();
		occupy();
		for (int i = 0; i < 100; i++) {
			assertThat(submit(null, 0)).isNotDone();
		}
		assertThat(overloaded(submit(null, 0))).hasMessage("no room");
	}

	@Test
	void whenTheStageHasTooMuchToDoThenTheObjectiveRejects() {
		measure();
		objective(40, 0, 2);
		occupy();
		assertThat(submit(null, 0)).as("5 ms, 10 and 2 of its own").isNotDone();
		assertThat(submit(null, 0)).as("15 ms, 10 and 2 of its own").isNotDone();
		assertThat(submit(null, 0)).as("25 ms, 10 and 2 of its own").isNotDone();
		Overloaded rejected = overloaded(submit(null, 0));
		assertThat(rejected).hasMessageContaining("batching.latency-objective");
		assertThat(rejected.retryAfter()).isEqualTo(Duration.ofMillis(35));
		assertThat(this.before).as("those of the stage go before").containsExactly(0, 0, 0, 1, 2, 3);
	}

	@Test
	void whenARequestWouldBeRejectedThenItNeedNotBeRead() {
		measure();
		objective(40, 0, 2);
		occupy();
		submit(null, 0);
		submit(null, 0);
		assertThat(this.admission.rejection(Deadline.after(null, this.clock.get()))).isNull();
		submit(null, 0);
		Overloaded rejected = this.admission.rejection(Deadline.after(null, this.clock.get()));
		assertThat(rejected).hasMessageContaining("batching.latency-objective");
		assertThat(rejected.retryAfter()).isEqualTo(Duration.ofMillis(35));
		assertThat(this.before).as("what was not submitted does not count").endsWith(2, 2, 3);
	}

	@Test
	void whenTimeHasPassedSinceArrivalThenItCounts() {
		measure();
		objective(40, 0, 2);
		occupy();
		assertThat(submit(null, this.clock.get() - millis(23))).isNotDone();
		overloaded(submit(null, this.clock.get() - millis(14)));
	}

	@Test
	void whenTheModelHasTooMuchToDoThenNothingIsEncodedForIt() {
		measure();
		objective(40, 39, 2);
		overloaded(submit(null, 0));
		objective(40, 30, 2);
		this.go.countDown();
		assertThat(submit(null, this.clock.get())).succeedsWithin(TIMEOUT);
	}

	@Test
	void whenATimeoutCannotBeMetThenTheRequestIsRejected() {
		measure();
		occupy();
		assertThat(submit(Duration.ofMillis(15), this.clock.get())).isNotDone();
		assertThat(overloaded(submit(Duration.ofMillis(24), this.clock.get())))
			.hasMessage("too much is to be encoded; the response could not be ready within 24 ms");
	}

	@Test
	void whenTheTimeoutIsOverWhenARequestHasItsTurnThenItIsNotEncoded() {
		measure();
		occupy();
		CompletableFuture<String> late = submit(Duration.ofMillis(20), this.clock.get());
		this.clock.addAndGet(millis(20));
		this.go.countDown();
		assertThat(late).failsWithin(TIMEOUT)
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(DeadlineExceeded.class)
			.withMessageContaining("20 ms");
	}

	@Test
	void whenTheModelRejectsWhatWasEncodedThenFewerAreLetIn() {
		measure();
		objective(100, 20, 2);
		int rejected = 0;
		for (int i = 0; i < 40; i++) {
			CompletableFuture<String> answer = this.admission.submit(
					() -> CompletableFuture.failedFuture(new Overloaded("too much", Duration.ofMillis(1))),
					Deadline.after(null, this.clock.get()));
			rejected += overloaded(answer).getMessage().equals("too much") ? 0 : 1;
		}
		assertThat(rejected).isGreaterThan(20);
	}

	private void measure() {
		CompletableFuture<String> first = this.admission.submit(() -> {
			this.clock.addAndGet(millis(10));
			return CompletableFuture.completedFuture("first");
		}, Deadline.after(null, this.clock.get()));
		assertThat(first).succeedsWithin(TIMEOUT);
		awaitIdle();
	}

	/** The answer is there a moment before its end is counted. */
	private void awaitIdle() {
		long end = System.nanoTime() + TIMEOUT.toNanos();
		while (this.stage.predict().runNanos() == 0 && System.nanoTime() - end < 0) {
			Thread.onSpinWait();
		}
		assertThat(this.stage.predict().waitNanos()).isZero();
	}

	private void occupy() {
		CountDownLatch begun = new CountDownLatch(1);
		this.admission.submit(() -> {
			begun.countDown();
			await(this.go);
			return CompletableFuture.completedFuture("occupies");
		}, Deadline.after(null, this.clock.get()));
		await(begun);
	}

	private CompletableFuture<String> submit(@Nullable Duration timeout, long arrival) {
		return this.admission.submit(() -> CompletableFuture.completedFuture("done"),
				Deadline.after(timeout, (arrival != 0) ? arrival : this.clock.get()));
	}

	private void objective(long target, long wait, long run) {
		this.estimate = new LatencyEstimate(millis(target), 0.99, millis(wait), millis(run));
	}

	private static Overloaded overloaded(CompletableFuture<?> answer) {
		return (Overloaded) assertThat(answer).failsWithin(TIMEOUT)
			.withThrowableOfType(ExecutionException.class)
			.actual()
			.getCause();
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

	private static long millis(long millis) {
		return Duration.ofMillis(millis).toNanos();
	}

}
