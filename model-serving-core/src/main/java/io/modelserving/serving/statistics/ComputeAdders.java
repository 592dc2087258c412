package io.modelserving.serving.statistics;

import java.util.concurrent.atomic.LongAdder;

import io.modelserving.batching.BatchTimes;
import io.modelserving.serving.statistics.ModelStatistics.BatchFigures;
import io.modelserving.serving.statistics.ModelStatistics.Figure;

/**
 * Adds up what runs took. Thread-safe; adding takes no lock and no memory.
 */
final class ComputeAdders {

	private final LongAdder count = new LongAdder();

	private final LongAdder mergeNanos = new LongAdder();

	private final LongAdder runNanos = new LongAdder();

	private final LongAdder scatterNanos = new LongAdder();

	/**
	 * Add a run.
	 * @param times what it took
	 * @param weight how often it counts
	 */
	void add(BatchTimes times, int weight) {
		this.count.add(weight);
		this.mergeNanos.add(times.mergeNanos() * weight);
		this.runNanos.add(times.runNanos() * weight);
		this.scatterNanos.add(times.scatterNanos() * weight);
	}

	BatchFigures figures() {
		long counted = this.count.sum();
		return new BatchFigures(new Figure(counted, this.mergeNanos.sum()), new Figure(counted, this.runNanos.sum()),
				new Figure(counted, this.scatterNanos.sum()));
	}

}
