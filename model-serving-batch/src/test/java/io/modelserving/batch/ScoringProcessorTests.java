package io.modelserving.batch;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.batch.infrastructure.item.Chunk;

import io.modelserving.model.InferenceException.DeadlineExceeded;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.Overloaded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests how items are handed in, with calls that the test completes.
 */
@Timeout(60)
class ScoringProcessorTests {

	@Test
	void whenThereIsNoRoomThenTheItemIsHandedInAgain() throws Exception {
		AtomicInteger attempts = new AtomicInteger();
		ScoringProcessor<String, Integer> processor = new ScoringProcessor<>((item) -> (attempts.incrementAndGet() < 20)
				? CompletableFuture.failedFuture(new Overloaded("full", Duration.ofMillis(1)))
				: CompletableFuture.completedFuture(item.length()), () -> 1);
		assertThat(processor.process("four").result()).isEqualTo(4);
		assertThat(attempts).hasValue(20);
	}

	@Test
	void whenTheDeadlineAlwaysPassesThenTheItemFails() throws Exception {
		AtomicInteger attempts = new AtomicInteger();
		ScoringProcessor<String, Integer> processor = new ScoringProcessor<>((item) -> {
			attempts.incrementAndGet();
			return CompletableFuture.failedFuture(new DeadlineExceeded("late"));
		}, () -> 1);
		Scored<String, Integer> scored = processor.process("item");
		assertThatExceptionOfType(DeadlineExceeded.class).isThrownBy(scored::result);
		assertThat(attempts).hasValue(5);
	}

	@Test
	void whenSoManyAreUnderWayThenTheNextOneWaits() throws Exception {
		Queue<CompletableFuture<Integer>> calls = new ArrayDeque<>();
		ScoringProcessor<Integer, Integer> processor = new ScoringProcessor<>((item) -> {
			CompletableFuture<Integer> call = new CompletableFuture<>();
			calls.add(call);
			return call;
		}, () -> 2);
		processor.process(1);
		processor.process(2);
		ExecutorService executor = Executors.newSingleThreadExecutor();
		try {
			CountDownLatch begun = new CountDownLatch(1);
			Future<Scored<Integer, Integer>> third = executor.submit(() -> {
				begun.countDown();
				return processor.process(3);
			});
			begun.await();
			assertThat(calls).hasSize(2);
			calls.remove().completeExceptionally(new InvalidInput("no"));
			assertThat(third.get(30, TimeUnit.SECONDS).item()).isEqualTo(3);
			assertThat(calls).hasSize(2);
		}
		finally {
			executor.shutdownNow();
		}
	}

	@Test
	void whenTheCallThrowsThenTheItemFailsAndTheNextOneGoesOn() throws Exception {
		List<Integer> seen = new ArrayList<>();
		ScoringProcessor<Integer, Integer> processor = new ScoringProcessor<>((item) -> {
			seen.add(item);
			throw new IllegalStateException("no " + item);
		}, () -> 1);
		Scored<Integer, Integer> first = processor.process(1);
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(first::result).withMessage("no 1");
		processor.process(2);
		assertThat(seen).containsExactly(1, 2);
	}

	@Test
	void whenResultsAreWrittenAloneThenTheyAreInOrder() throws Exception {
		CompletableFuture<Integer> late = new CompletableFuture<>();
		List<Integer> written = new ArrayList<>();
		Chunk<Scored<String, Integer>> chunk = Chunk.of(new Scored<>("a", late),
				new Scored<>("b", CompletableFuture.completedFuture(2)));
		late.complete(1);
		Scored.<String, Integer>results((results) -> written.addAll(results.getItems())).write(chunk);
		assertThat(written).containsExactly(1, 2);
	}

}
