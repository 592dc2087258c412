package io.modelserving.tuning;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

import io.modelserving.serving.FakeModel;
import io.modelserving.batching.Batcher;
import io.modelserving.batching.BatcherSnapshot;
import io.modelserving.batching.Deadline;
import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.tensor.NamedTensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ClosedLoop}, in virtual time.
 */
class ClosedLoopTests {

	private static final Duration SLICE = Duration.ofMillis(100);

	private final CompletableFuture<String> cancellation = new CompletableFuture<>();

	@Test
	void whenRequestsTakeTheirTimeThenRateAndLatencyAreThose() {
		VirtualBatcher batcher = new VirtualBatcher(10);
		Figures figures = run(batcher, 1).figures(4, 4);
		assertThat(figures.rowsPerSecond()).isEqualTo(400);
		assertThat(figures.medianNanos()).isEqualTo(10_000_000);
		assertThat(figures.p99Nanos()).isEqualTo(10_000_000);
		assertThat(figures.requests()).isEqualTo(8);
	}

	@Test
	void whenSeveralAreInFlightThenTheyWaitForEachOther() {
		Figures figures = run(new VirtualBatcher(10), 3).figures(1, 1);
		assertThat(figures.rowsPerSecond()).isEqualTo(100);
		assertThat(figures.medianNanos()).isEqualTo(30_000_000);
	}

	@Test
	void whenAnAnswerTakesLongerThanTheSliceThenTwoOfEachAreMeasured() {
		assertThat(run(new VirtualBatcher(500), 2).completed()).isEqualTo(4);
	}

	@Test
	void whenMoreThanAFewAreSlowThenOnlyThePercentileTells() {
		long[] latencies = LongStream.rangeClosed(1, 200).toArray();
		Figures figures = new ClosedLoop.Seen(200, 1_000_000_000, latencies).figures(1, 1);
		assertThat(figures.medianNanos()).isEqualTo(100);
		assertThat(figures.p99Nanos()).isEqualTo(198);
		assertThat(figures.rowsPerSecond()).isEqualTo(200);
	}

	@Test
	void whenARequestFailsThenThatIsTheEnd() {
		VirtualBatcher batcher = new VirtualBatcher(10);
		batcher.failing = 5;
		assertThatExceptionOfType(ExecutionFailed.class).isThrownBy(() -> run(batcher, 2)).withMessage("broken");
		assertThat(batcher.sent).isEqualTo(5);
	}

	@Test
	void whenItIsCancelledThenNothingMoreIsSent() {
		VirtualBatcher batcher = new VirtualBatcher(10);
		this.cancellation.complete("enough");
		assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> run(batcher, 2));
		batcher.answerAll();
		assertThat(batcher.sent).isEqualTo(2);
	}

	private ClosedLoop.Seen run(VirtualBatcher batcher, int inflight) {
		ClosedLoop loop = new ClosedLoop(batcher, List.of(FakeModel.row(1, 2)), inflight, () -> batcher.now);
		loop.begin(SLICE);
		if (!this.cancellation.isDone()) {
			batcher.answerAll();
		}
		return loop.await(this.cancellation);
	}

	/**
	 * Answers one request after the other, each after a time of its own, when it is told
	 * to.
	 */
	private static final class VirtualBatcher implements Batcher<NamedTensors, NamedTensors> {

		private final long nanos;

		private final Queue<CompletableFuture<NamedTensors>> waiting = new ArrayDeque<>();

		private long now;

		private int sent;

		private int failing;

		private VirtualBatcher(long millis) {
			this.nanos = millis * 1_000_000;
		}

		@Override
		public CompletableFuture<NamedTensors> submit(NamedTensors input, Deadline deadline, int priority) {
			CompletableFuture<NamedTensors> answer = new CompletableFuture<>();
			this.waiting.add(answer);
			this.sent++;
			return answer;
		}

		private void answerAll() {
			for (CompletableFuture<NamedTensors> next = this.waiting.poll(); next != null; next = this.waiting.poll()) {
				this.now += this.nanos;
				if (this.sent == this.failing) {
					next.completeExceptionally(new ExecutionFailed("broken", null));
				}
				else {
					next.complete(FakeModel.row(1, 2));
				}
			}
		}

		@Override
		public BatcherSnapshot snapshot() {
			return BatcherSnapshot.IDLE;
		}

		@Override
		public boolean drain(Duration grace) {
			return true;
		}

		@Override
		public void close() {
		}

	}

}
