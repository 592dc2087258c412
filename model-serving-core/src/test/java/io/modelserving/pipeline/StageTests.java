package io.modelserving.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.modelserving.batching.Deadline;
import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.InferenceException.Overloaded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Stage}.
 */
@Timeout(60)
class StageTests {

	private final List<Stage<?, ?>> stages = new ArrayList<>();

	private final Semaphore gate = new Semaphore(0);

	private final CountDownLatch begun = new CountDownLatch(1);

	@AfterEach
	void close() {
		this.gate.release(1_000_000);
		this.stages.forEach(Stage::close);
	}

	private <I, O> Stage<I, O> start(Stage.Builder<I, O> builder) {
		Stage<I, O> stage = builder.build();
		this.stages.add(stage);
		return stage;
	}

	private Integer gated(Integer item) {
		this.begun.countDown();
		this.gate.acquireUninterruptibly();
		return item + 1;
	}

	private static Throwable failure(CompletableFuture<?> result) throws Exception {
		try {
			result.get(30, TimeUnit.SECONDS);
		}
		catch (ExecutionException ex) {
			return ex.getCause();
		}
		throw new AssertionError("it did not fail");
	}

	@Test
	void itemGetsItsResult() throws Exception {
		Stage<Integer, Integer> stage = start(Stage.of("twice", (Integer item) -> 2 * item));
		assertThat(stage.submit(21, Deadline.NONE).get(30, TimeUnit.SECONDS)).isEqualTo(42);
	}

	@Test
	void whenAnItemIsTakenThenTheFunctionGetsTheSameObject() throws Exception {
		float[] item = new float[1024];
		Pipeline<float[], float[]> pipeline = start(Stage.of("first", (float[] taken) -> taken))
			.then(start(Stage.of("second", (float[] taken) -> taken)));
		assertThat(pipeline.submit(item, Deadline.NONE).get(30, TimeUnit.SECONDS)).isSameAs(item);
	}

	@Test
	void whenFunctionThrowsThenThatItemFailsAndNamesTheStage() throws Exception {
		Stage<Integer, Integer> stage = start(Stage.of("inverse", (Integer item) -> 100 / item));
		assertThat(failure(stage.submit(0, Deadline.NONE))).isInstanceOf(ExecutionFailed.class)
			.hasMessage("stage \"inverse\" failed on this item")
			.hasCauseInstanceOf(ArithmeticException.class);
		assertThat(stage.submit(4, Deadline.NONE).get(30, TimeUnit.SECONDS)).isEqualTo(25);
	}

	@Test
	void whenFunctionRejectsTheItemThenTheCallerGetsThat() throws Exception {
		Stage<Integer, Integer> stage = start(Stage.of("positive", (Integer item) -> {
			throw new InvalidInput("%d is negative".formatted(item));
		}));
		assertThat(failure(stage.submit(-1, Deadline.NONE))).isInstanceOf(InvalidInput.class)
			.hasMessage("-1 is negative");
	}

	@Test
	void whenFunctionGivesNothingThenThatItemFails() throws Exception {
		Stage<Integer, Integer> stage = start(Stage.of("nothing", (Integer item) -> null));
		assertThat(failure(stage.submit(1, Deadline.NONE))).isInstanceOf(ExecutionFailed.class)
			.hasRootCauseMessage("the value of a result is missing");
	}

	@Test
	void itemsThatWaitShareABatch() throws Exception {
		List<Integer> sizes = new CopyOnWriteArrayList<>();
		Stage<Integer, Integer> stage = start(Stage.batched("sum", 8, (items) -> {
			sizes.add(items.size());
			return items.stream().map((item) -> StageResult.of(gated(item))).toList();
		}));
		CompletableFuture<Integer> first = stage.submit(0, Deadline.NONE);
		this.begun.await();
		List<CompletableFuture<Integer>> others = IntStream.range(1, 6)
			.mapToObj((item) -> stage.submit(item, Deadline.NONE))
			.toList();
		this.gate.release(6);
		assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo(1);
		for (int i = 0; i < others.size(); i++) {
			assertThat(others.get(i).get(30, TimeUnit.SECONDS)).isEqualTo(i + 2);
		}
		assertThat(sizes).containsExactly(1, 5);
	}

	@Test
	void whenOneItemOfABatchFailsThenOnlyThatOneDoes() throws Exception {
		this.gate.release(100);
		Stage<Integer, Integer> stage = start(Stage.batched("odd", 8,
				(items) -> items.stream()
					.map((item) -> (item % 2 == 1) ? StageResult.of(gated(item))
							: StageResult.<Integer>failed(new IllegalArgumentException("even")))
					.toList()));
		List<CompletableFuture<Integer>> results = IntStream.range(1, 5)
			.mapToObj((item) -> stage.submit(item, Deadline.NONE))
			.toList();
		assertThat(results.get(0).get(30, TimeUnit.SECONDS)).isEqualTo(2);
		assertThat(failure(results.get(1))).hasRootCauseMessage("even");
		assertThat(results.get(2).get(30, TimeUnit.SECONDS)).isEqualTo(4);
		assertThat(failure(results.get(3))).hasRootCauseMessage("even");
	}

	@Test
	void whenABatchThrowsThenItemsAreFoundThatItFailsOn() throws Exception {
		Stage<Integer, Integer> stage = start(Stage.batched("inverse", 8, (items) -> {
			gated(0);
			return items.stream().map((item) -> StageResult.of(100 / item)).toList();
		}));
		CompletableFuture<Integer> first = stage.submit(1, Deadline.NONE);
		this.begun.await();
		List<CompletableFuture<Integer>> results = IntStream.of(5, 0, 4)
			.mapToObj((item) -> stage.submit(item, Deadline.NONE))
			.toList();
		this.gate.release(100);
		assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo(100);
		assertThat(results.get(0).get(30, TimeUnit.SECONDS)).isEqualTo(20);
		assertThat(failure(results.get(1))).hasRootCauseInstanceOf(ArithmeticException.class);
		assertThat(results.get(2).get(30, TimeUnit.SECONDS)).isEqualTo(25);
	}

	@Test
	void whenABatchGivesAnotherNumberOfResultsThenItemsFailAndSayHowMany() throws Exception {
		Stage<Integer, Integer> none = start(Stage.<Integer, Integer>batched("none", 8, (items) -> List.of()));
		assertThat(failure(none.submit(1, Deadline.NONE))).isInstanceOf(ExecutionFailed.class)
			.hasMessage("stage \"none\" gave 0 results for one item");
	}

	@Test
	void whenQueueIsFullThenItemIsRejectedAndNamesTheStage() throws Exception {
		Stage<Integer, Integer> stage = start(Stage.of("slow", this::gated).capacity(2));
		stage.submit(0, Deadline.NONE);
		this.begun.await();
		stage.submit(1, Deadline.NONE);
		stage.submit(2, Deadline.NONE);
		assertThat(failure(stage.submit(3, Deadline.NONE))).isInstanceOf(Overloaded.class)
			.hasMessage("stage \"slow\" has no room or time for more: 2 items wait");
	}

	@Test
	void whenResultIsCancelledThenItemIsNotWorkedOn() throws Exception {
		List<Integer> worked = new CopyOnWriteArrayList<>();
		Stage<Integer, Integer> stage = start(Stage.of("slow", (Integer item) -> {
			worked.add(item);
			return gated(item);
		}));
		CompletableFuture<Integer> first = stage.submit(0, Deadline.NONE);
		this.begun.await();
		CompletableFuture<Integer> cancelled = stage.submit(1, Deadline.NONE);
		CompletableFuture<Integer> last = stage.submit(2, Deadline.NONE);
		cancelled.cancel(false);
		this.gate.release(10);
		last.get(30, TimeUnit.SECONDS);
		assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo(1);
		assertThat(worked).containsExactly(0, 2);
	}

	@Test
	void whenDrainedThenAdmittedItemsAreDoneAndOthersRejected() throws Exception {
		this.gate.release(10);
		Stage<Integer, Integer> stage = start(Stage.of("slow", this::gated));
		CompletableFuture<Integer> admitted = stage.submit(1, Deadline.NONE);
		assertThat(stage.drain(Duration.ofSeconds(30))).isTrue();
		assertThat(admitted.get(30, TimeUnit.SECONDS)).isEqualTo(2);
		assertThat(failure(stage.submit(1, Deadline.NONE))).isInstanceOf(ModelUnavailable.class)
			.hasMessage("stage \"slow\" is shutting down");
	}

	@Test
	void loadSaysWhatWaitsAndWorks() throws Exception {
		Stage<Integer, Integer> stage = start(Stage.of("slow", this::gated).concurrency(2));
		stage.submit(0, Deadline.NONE);
		this.begun.await();
		assertThat(stage.loads()).singleElement().satisfies((load) -> {
			assertThat(load.name()).isEqualTo("slow");
			assertThat(load.concurrency()).isEqualTo(2);
			assertThat(load.busy()).isEqualTo(1);
		});
	}

	@Test
	void resultIsEitherAValueOrAFailure() {
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> new StageResult<>(null, null));
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> new StageResult<>(1, new IllegalStateException()));
	}

}
