package io.modelserving.pipeline;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.modelserving.batching.Deadline;

/**
 * The items of a list, each on its way. How many there are is averaged, older lists
 * counting less and less. Thread-safe.
 */
final class ForEach<I, O> implements Pipeline<List<I>, List<O>> {

	private static final double WEIGHT_OF_LATEST = 0.1;

	private final Pipeline<I, O> pipeline;

	/** 0 before the first list. */
	private volatile double items;

	ForEach(Pipeline<I, O> pipeline) {
		this.pipeline = pipeline;
	}

	@Override
	public CompletableFuture<List<O>> submit(List<I> list, Deadline deadline, long behindNanos) {
		double average = this.items;
		this.items = (average == 0) ? list.size() : average + WEIGHT_OF_LATEST * (list.size() - average);
		return ItemCalls.start(list, (item) -> this.pipeline.submit(item, deadline, behindNanos));
	}

	/**
	 * Items share batches and threads, so that the time of one is the least of a list.
	 */
	@Override
	public long predictedNanos() {
		return this.pipeline.predictedNanos();
	}

	@Override
	public List<StageLoad> loads() {
		double average = this.items;
		return this.pipeline.loads().stream().map((load) -> load.forItems(average)).toList();
	}

}
