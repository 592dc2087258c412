package io.modelserving.batching;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.modelserving.model.InferenceException.DeadlineExceeded;
import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.ModelUnavailable;

import static io.modelserving.batching.BatcherFixture.TIMEOUT;
import static io.modelserving.batching.BatcherFixture.assertAnswer;
import static io.modelserving.batching.BatcherFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * What every {@link Batcher} promises.
 */
abstract class BatcherContractTests {

	private final FakeTicker ticker = new FakeTicker();

	private final BatchFunction<Rows, List<Integer>> function = (batch, workspace) -> {
		if (batch.values().contains(13)) {
			throw new IllegalStateException("thirteen");
		}
		if (batch.values().contains(14)) {
			throw new AssertionError("fourteen");
		}
		return batch.answer();
	};

	private final Batcher<Rows, List<Integer>> batcher = create(this.function, this.ticker);

	abstract Batcher<Rows, List<Integer>> create(BatchFunction<Rows, List<Integer>> function, FakeTicker ticker);

	@AfterEach
	void close() {
		this.batcher.close();
	}

	@Test
	void whenACallSucceedsThenItsAnswerIsThatOfItsRows() {
		assertAnswer(submit(1), 10);
		assertAnswer(submit(3, 2, 1), 30, 20, 10);
	}

	@Test
	void whenACallIsLargerThanABatchThenItsAnswerIsWhole() {
		Integer[] values = IntStream.range(100, 150).boxed().toArray(Integer[]::new);
		assertAnswer(submit(values), IntStream.range(100, 150).mapToObj(i -> i * 10).toArray(Integer[]::new));
	}

	@Test
	void whenACallFailsThenItFailsAloneAndTheCauseIsKept() {
		List<CompletableFuture<List<Integer>>> answers = IntStream.range(10, 20).mapToObj(this::submit).toList();
		for (int i = 10; i < 20; i++) {
			CompletableFuture<List<Integer>> answer = answers.get(i - 10);
			if (i == 13 || i == 14) {
				ExecutionFailed failure = failure(answer, ExecutionFailed.class);
				assertThat(failure).hasMessage("the model failed on this request");
				assertThat(failure.getCause()).hasMessage((i == 13) ? "thirteen" : "fourteen");
			}
			else {
				assertAnswer(answer, i * 10);
			}
		}
	}

	@Test
	void whenTheModelRejectsAnInputThenTheRejectionReachesTheCaller() {
		Batcher<Rows, List<Integer>> rejecting = create((batch, workspace) -> {
			throw new InvalidInput("too loud");
		}, this.ticker);
		assertThat(failure(rejecting.submit(Rows.of(1), Deadline.NONE), InvalidInput.class)).hasMessage("too loud");
		rejecting.close();
	}

	@Test
	void whenACallHasNoRowsThenItIsRejected() {
		assertThat(failure(submit(), InvalidInput.class)).hasMessage("the request has no rows; at least 1 is needed");
	}

	@Test
	void whenTheDeadlineHasPassedThenACallIsRejected() {
		Deadline deadline = Deadline.after(Duration.ofMillis(250), this.ticker.getAsLong());
		assertAnswer(this.batcher.submit(Rows.of(1), deadline), 10);
		this.ticker.advance(Duration.ofMillis(250));
		CompletableFuture<List<Integer>> late = this.batcher.submit(Rows.of(1), deadline);
		assertThat(failure(late, DeadlineExceeded.class))
			.hasMessage("the deadline of 250 ms passed before the result was ready");
	}

	@Test
	void whenTheBatcherIsClosedThenCallsAreRejected() {
		this.batcher.close();
		ModelUnavailable failure = failure(submit(1), ModelUnavailable.class);
		assertThat(failure).hasMessage("the model is shutting down and takes no more requests");
		assertThat(failure.retryAfter()).isPositive();
	}

	@Test
	void whenTheBatcherIsDrainedThenCallsAreRejected() {
		assertThat(this.batcher.drain(TIMEOUT)).isTrue();
		failure(submit(1), ModelUnavailable.class);
	}

	@Test
	void closingAndDrainingMayBeRepeated() {
		assertThat(this.batcher.drain(TIMEOUT)).isTrue();
		assertThat(this.batcher.drain(TIMEOUT)).isTrue();
		this.batcher.close();
		assertThatNoException().isThrownBy(this.batcher::close);
		assertThat(this.batcher.drain(TIMEOUT)).isTrue();
	}

	@Test
	void whenTheGracePeriodIsEndlessThenDrainingStillEnds() {
		assertThat(this.batcher.drain(Duration.ofSeconds(Long.MAX_VALUE))).isTrue();
	}

	@Test
	void whenManyCallConcurrentlyThenEachGetsItsOwnAnswer() throws Exception {
		ExecutorService callers = Executors.newFixedThreadPool(4);
		List<Future<?>> calls = new ArrayList<>();
		for (int caller = 0; caller < 4; caller++) {
			int first = 1000 * (caller + 1);
			calls.add(callers.submit(() -> {
				for (int i = first; i < first + 250; i++) {
					assertAnswer(submit(i, -i), i * 10, -i * 10);
				}
			}));
		}
		for (Future<?> call : calls) {
			call.get();
		}
		callers.shutdown();
		assertThat(this.batcher.snapshot()).extracting(BatcherSnapshot::queuedRequests, BatcherSnapshot::queuedRows)
			.containsExactly(0, 0);
	}

	private CompletableFuture<List<Integer>> submit(Integer... values) {
		return this.batcher.submit(Rows.of(values), Deadline.NONE);
	}

}
