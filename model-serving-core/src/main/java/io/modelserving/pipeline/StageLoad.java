package io.modelserving.pipeline;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a stage is doing at one moment.
 *
 * @param name the name of the stage, or of the model
 * @param waiting the number of items that wait
 * @param concurrency how many batches it works on at once
 * @param busy how many it is working on
 * @param itemsPerSecond the items of the pipeline that it completes in a second while it
 * is fully used; 0 if nothing is known
 */
public record StageLoad(String name, int waiting, int concurrency, int busy, double itemsPerSecond) {

	/**
	 * Return the load seen by lists of so many items.
	 * @param items how many items of the stage an item of the pipeline has on average
	 * @return the load
	 */
	StageLoad forItems(double items) {
		return new StageLoad(this.name, this.waiting, this.concurrency, this.busy,
				(items > 0) ? this.itemsPerSecond / items : this.itemsPerSecond);
	}

	/**
	 * Find the stage that limits a pipeline.
	 * @param loads the stages
	 * @return the limit, or empty if nothing is known of any stage
	 */
	public static Optional<Limit> limit(List<StageLoad> loads) {
		List<StageLoad> known = loads.stream()
			.filter((load) -> load.itemsPerSecond() > 0)
			.sorted(Comparator.comparingDouble(StageLoad::itemsPerSecond))
			.toList();
		return known.isEmpty() ? Optional.empty() : Optional.of(new Limit(known.get(0),
				(known.size() > 1) ? known.get(1).itemsPerSecond() / known.get(0).itemsPerSecond() : 1));
	}

	/**
	 * The stage that limits a pipeline.
	 *
	 * @param stage the stage
	 * @param headroom how many times as much the next slower stage completes, at least 1
	 */
	public record Limit(StageLoad stage, double headroom) {
	}

}
