package io.modelserving.endpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.ModelKey;
import io.modelserving.serving.InferenceResult;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ItemCalls}.
 */
class ItemCallsTests {

	private static final int MOST = ItemCalls.MAX_UNDER_WAY;

	private final List<CompletableFuture<InferenceResult>> calls = new ArrayList<>();

	private static NamedTensors item(int number) {
		return NamedTensors.of("x", Tensor.of(Shape.of(1), number));
	}

	private static List<NamedTensors> items(int count) {
		return IntStream.range(0, count).mapToObj(ItemCallsTests::item).toList();
	}

	private static InferenceResult result(NamedTensors tensors) {
		return new InferenceResult(new ModelKey("echo", 1), tensors);
	}

	private static int number(NamedTensors tensors) {
		return (int) tensors.numeric("x").toLongs()[0];
	}

	private CompletableFuture<List<NamedTensors>> start(int count) {
		return new ItemCalls(items(count), (inputs) -> {
			CompletableFuture<InferenceResult> call = new CompletableFuture<>();
			this.calls.add(call);
			return call;
		}).start();
	}

	private void succeed(int index) {
		this.calls.get(index).complete(result(item(index)));
	}

	@Test
	void whenThereAreNoItemsThenOutcomeIsThereAtOnce() {
		assertThat(start(0)).isCompletedWithValue(List.of());
	}

	@Test
	void whenCallsEndOutOfOrderThenOutputsAreInOrder() {
		CompletableFuture<List<NamedTensors>> outcome = start(3);
		succeed(2);
		succeed(0);
		assertThat(outcome).isNotDone();
		succeed(1);
		assertThat(outcome.join()).extracting(ItemCallsTests::number).containsExactly(0, 1, 2);
	}

	@Test
	void whenThereAreManyItemsThenSomeWaitUntilOthersHaveEnded() {
		CompletableFuture<List<NamedTensors>> outcome = start(MOST + 10);
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
		List<NamedTensors> outputs = new ItemCalls(items(100_000),
				(inputs) -> CompletableFuture.completedFuture(result(inputs)))
			.start()
			.join();
		assertThat(outputs).hasSize(100_000);
		assertThat(number(outputs.get(99_999))).isEqualTo(99_999);
	}

	@Test
	void whenOneCallFailsThenOthersAreCancelledAndNoneIsStarted() {
		CompletableFuture<List<NamedTensors>> outcome = start(MOST + 10);
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
		CompletableFuture<List<NamedTensors>> outcome = start(2);
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
				List<NamedTensors> outputs = new ItemCalls(items(2000),
						(inputs) -> CompletableFuture.supplyAsync(() -> result(inputs), threads))
					.start()
					.get(30, TimeUnit.SECONDS);
				assertThat(outputs).extracting(ItemCallsTests::number)
					.containsExactlyElementsOf(IntStream.range(0, 2000).boxed().toList());
			}
		}
		finally {
			threads.shutdownNow();
		}
	}

}
