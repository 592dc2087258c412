package io.modelserving.batching;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

import io.modelserving.model.InferenceException.ModelUnavailable;

import static io.modelserving.batching.BatcherFixture.assertCounts;
import static io.modelserving.batching.BatcherFixture.TIMEOUT;
import static io.modelserving.batching.BatcherFixture.assertAnswer;
import static io.modelserving.batching.BatcherFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DirectBatcher}.
 */
class DirectBatcherTests extends BatcherContractTests {

	@Override
	Batcher<Rows, List<Integer>> create(BatchFunction<Rows, List<Integer>> function, FakeTicker ticker) {
		return new DirectBatcher<>(new Rows.Adapter(), function, ticker);
	}

	@Test
	void callsRunOnTheCallersThread() {
		GatedFunction function = new GatedFunction().open();
		Batcher<Rows, List<Integer>> batcher = Batcher.direct(new Rows.Adapter(), function);
		assertThat(batcher.submit(Rows.of(1), Deadline.NONE)).isDone();
		assertThat(function.threads()).containsExactly(Thread.currentThread());
	}

	@Test
	void whenARunOutlastsTheGracePeriodThenDrainGivesUpAndCloseWaits() {
		GatedFunction function = new GatedFunction();
		Batcher<Rows, List<Integer>> batcher = Batcher.direct(new Rows.Adapter(), function);
		CompletableFuture<CompletableFuture<List<Integer>>> call = CompletableFuture
			.supplyAsync(() -> batcher.submit(Rows.of(1), Deadline.NONE), task -> new Thread(task).start());
		function.awaitRun();
		assertCounts(batcher, 0, 0, 1, 1, 1);
		assertThat(batcher.drain(Duration.ZERO)).isFalse();
		CompletableFuture<Integer> finished = new CompletableFuture<>();
		Thread closing = new Thread(() -> {
			batcher.close();
			finished.complete(function.finished());
		});
		closing.start();
		while (closing.isAlive() && closing.getState() != Thread.State.WAITING) {
			Thread.onSpinWait();
		}
		function.release();
		assertThat(finished).succeedsWithin(TIMEOUT).isEqualTo(1);
		assertAnswer(call.join(), 10);
		failure(batcher.submit(Rows.of(1), Deadline.NONE), ModelUnavailable.class);
		assertCounts(batcher, 0, 0, 1, 0, 0);
	}

}
