package io.modelserving.serving.statistics;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.modelserving.model.Outcome;
import io.modelserving.batching.BatchListener;
import io.modelserving.batching.BatchTimes;
import io.modelserving.batching.DispatchReason;
import io.modelserving.batching.admission.RejectionReason;
import io.modelserving.model.ModelKey;
import io.modelserving.serving.statistics.ModelStatistics.BatchFigures;
import io.modelserving.serving.statistics.ModelStatistics.Figure;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StatisticsCollector}.
 */
class StatisticsCollectorTests {

	private static final ModelKey KEY = new ModelKey("digits", 1);

	private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.123Z");

	private final StatisticsCollector collector = new StatisticsCollector(InstantSource.fixed(NOW));

	@Test
	void whenAVersionIsUnknownThenNothingHasHappenedAndNothingIsKept() {
		this.collector.completed(KEY, Outcome.SUCCESS, 5);
		assertThat(this.collector.statistics(KEY)).isEqualTo(ModelStatistics.NONE);
		this.collector.batchListener(KEY);
		assertThat(this.collector.statistics(KEY)).isEqualTo(ModelStatistics.NONE);
	}

	@Test
	void aBatchCountsForEachOfItsRequestsAndOnceForItsSize() {
		BatchListener batches = this.collector.batchListener(KEY);
		batches.waited(10);
		batches.waited(30);
		batches.executed(2, 5, new BatchTimes(1, 100, 2), true);
		batches.executed(1, 5, new BatchTimes(3, 50, 4), true);
		batches.executed(1, 200, new BatchTimes(5, 7, 9), true);
		ModelStatistics statistics = this.collector.statistics(KEY);
		assertThat(statistics.inferenceCount()).isEqualTo(210);
		assertThat(statistics.executionCount()).isEqualTo(3);
		assertThat(statistics.lastInference()).isEqualTo(NOW);
		assertThat(statistics.queue()).isEqualTo(new Figure(2, 40));
		assertThat(statistics.computeInput()).isEqualTo(new Figure(4, 10));
		assertThat(statistics.computeInfer()).isEqualTo(new Figure(4, 257));
		assertThat(statistics.computeOutput()).isEqualTo(new Figure(4, 17));
		assertThat(statistics.batches()).containsExactly(
				Map.entry(5, new BatchFigures(new Figure(2, 4), new Figure(2, 150), new Figure(2, 6))),
				Map.entry(200, new BatchFigures(new Figure(1, 5), new Figure(1, 7), new Figure(1, 9))));
	}

	@Test
	void aRunThatFailsIsNoInference() {
		this.collector.batchListener(KEY).executed(2, 2, new BatchTimes(1, 1, 0), false);
		assertThat(this.collector.statistics(KEY)).isEqualTo(ModelStatistics.NONE);
	}

	@Test
	void callsAreCountedByWhetherTheyGotAnAnswer() {
		this.collector.batchListener(KEY);
		this.collector.completed(KEY, Outcome.SUCCESS, 5);
		this.collector.completed(KEY, Outcome.SUCCESS, 6);
		this.collector.completed(KEY, Outcome.OVERLOADED, 1);
		this.collector.completed(KEY, Outcome.CANCELLED, 2);
		ModelStatistics statistics = this.collector.statistics(KEY);
		assertThat(statistics.success()).isEqualTo(new Figure(2, 11));
		assertThat(statistics.fail()).isEqualTo(new Figure(2, 3));
		assertThat(this.collector.statistics(new ModelKey("digits", 2))).isEqualTo(ModelStatistics.NONE);
	}

	@Test
	void reasonsAreCountedAndThoseThatNeverAppliedAreLeftOut() {
		BatchListener batches = this.collector.batchListener(KEY);
		batches.dispatched(DispatchReason.IDLE, 1, 4);
		batches.dispatched(DispatchReason.IDLE, 1, 4);
		batches.dispatched(DispatchReason.FULL, 1, 4);
		batches.rejected(RejectionReason.QUEUE_FULL, 4);
		assertThat(this.collector.statistics(KEY).dispatches())
			.containsExactlyInAnyOrderEntriesOf(Map.of(DispatchReason.IDLE, 2L, DispatchReason.FULL, 1L));
		assertThat(this.collector.statistics(KEY).rejections())
			.containsExactlyEntriesOf(Map.of(RejectionReason.QUEUE_FULL, 1L));
	}

	@Test
	void whenAVersionIsLoadedAgainThenItsFiguresGoOn() {
		this.collector.batchListener(KEY).waited(1);
		this.collector.batchListener(KEY).waited(2);
		assertThat(this.collector.statistics(KEY).queue()).isEqualTo(new Figure(2, 3));
	}

	@Test
	void whenManyThreadsReportNewSizesThenNoBatchIsLost() {
		BatchListener batches = this.collector.batchListener(KEY);
		List<CompletableFuture<Void>> threads = new ArrayList<>();
		for (int thread = 0; thread < 4; thread++) {
			threads.add(CompletableFuture.runAsync(() -> IntStream.rangeClosed(1, 2000)
				.forEach(i -> batches.executed(1, i % 100 + 1, new BatchTimes(1, 1, 1), true))));
		}
		threads.forEach(CompletableFuture::join);
		ModelStatistics statistics = this.collector.statistics(KEY);
		assertThat(statistics.executionCount()).isEqualTo(8000);
		assertThat(statistics.batches()).hasSize(100)
			.allSatisfy((rows, figures) -> assertThat(figures.computeInfer()).isEqualTo(new Figure(80, 80)));
	}

}
