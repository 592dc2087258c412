package io.modelserving.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.modelserving.model.InferenceException.ExecutionFailed;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ItemCalls}.
 */
class ItemCallsTests {

	private static final int MOST = ItemCalls.MAX_UNDER_WAY;

	private final List<CompletableFuture<Integer>> calls = new ArrayList<>();

	private static List<Integer> items(int count) {
		return IntStream.range(0, count).boxed().toList();
	}

	private CompletableFuture<List<Integer>> start(int count) {
		return ItemCalls.start(items(count), (item) -> {
			CompletableFuture<Integer> call = new CompletableFuture<>();
			this.calls.add(call);
			return call;
		});
	}

	private void succeed(int index) {
		this.calls.get(index).complete(index);
	}

	@Test
	void whenThereAreNoItemsThenOutcomeIsThereAtOnce() {
		assertThat(start(0)).isCompletedWithValue(List.of());
	}

	@Test
	void whenCallsEndOutOfOrderThenOutputsAreInOrder() {
		CompletableFuture<List<Integer>> outcome = start(3);
		succeed(2);
		succeed(0);
		assertThat(outcome).isNotDone();
		succeed(1);
		assertThat(outcome.join()).containsExactly(0, 1, 2);
	}

	@Test
	void whenThereAreManyItemsThenSomeWaitUntilOthersHaveEnded() {
		CompletableFuture<List<Integer>> outcome = start(MOST + 10);
		assertThat(this.calls).hasSize(MOST);
		succeed(5);
		succeed(0);
		assertThat(this.calls).hasSize(MOST + 2);
		for (int i = 0; i < MOST + 10; i++) {
			succeed(i);
		}
		assertThat(outcome.join()).hasSize(MOST + 10);
	}

	@Test
	void whenCallsEndAtOnceThenAnyNumberIsServedWithoutRecursion() {
		List<Integer> outputs = ItemCalls.<Integer, Integer>start(items(100_000), CompletableFuture::completedFuture)
			.join();
		assertThat(outputs).hasSize(100_000);
		assertThat(outputs.get(99_999)).isEqualTo(99_999);
	}

	@Test
	void whenOneCallFailsThenOthersAreCancelledAndNoneIsStarted() {
		CompletableFuture<List<Integer>> outcome = start(MOST + 10);
		ExecutionFailed failure = new ExecutionFailed("no", null);
		this.calls.get(3).completeExceptionally(failure);
		assertThat(outcome).isCompletedExceptionally();
		assertThat(outcome.handle((outputs, cause) -> cause).join()).isSameAs(failure);
		assertThat(this.calls).hasSize(MOST);
		assertThat(this.calls.get(0)).isCancelled();
		assertThat(this.calls.get(MOST - 1)).isCancelled();
	}

	@Test
	void whenOutcomeIsCancelledThenCallsAre() {
		CompletableFuture<List<Integer>> outcome = start(2);
		succeed(0);
		outcome.cancel(false);
		assertThat(this.calls.get(0)).isCompleted();
		assertThat(this.calls.get(1)).isCancelled();
	}

	@Test
	void whenCallsEndOnManyThreadsThenAllItemsAreAnswered() throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(4);
		try {
			for (int round = 0; round < 20; round++) {
				List<Integer> outputs = ItemCalls
					.<Integer, Integer>start(items(2000), (item) -> CompletableFuture.supplyAsync(() -> item, threads))
					.get(30, TimeUnit.SECONDS);
				assertThat(outputs).isEqualTo(items(2000));
			}
		}
		finally {
			threads.shutdownNow();
		}
	}

}
