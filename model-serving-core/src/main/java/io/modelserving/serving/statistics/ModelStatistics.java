package io.modelserving.serving.statistics;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.DispatchReason;
import io.modelserving.batching.admission.RejectionReason;

/**
 * What has happened to the calls of one version of a model since the application started,
 * reloads included. The figures are read one after the other while calls go on, so they
 * may be a few calls apart.
 * <p>
 * As the statistics extension of the Open Inference Protocol has it, the times of a batch
 * count for each of its requests: queue, input, inference and output time of a request
 * add up to what it took. A request that was split counts once for each of its parts,
 * except in {@code success} and {@code fail}.
 *
 * @param lastInference when a batch last succeeded, or {@code null} if none has
 * @param inferenceCount the number of rows that got a result
 * @param executionCount the number of batches that gave a result
 * @param success the calls that got a result, and their time from arrival to end
 * @param fail the calls that did not, and their time
 * @param queue the requests that left the queue to be run, and the time they waited
 * @param computeInput the requests that got a result, and the time to put their batches
 * together
 * @param computeInfer the same, and the time that the model ran
 * @param computeOutput the same, and the time to take the results apart
 * @param batches the batches that gave a result, by their number of rows
 * @param dispatches the number of batches that left the queue, by reason; reasons that
 * never applied are left out
 * @param rejections the number of requests that left without having run, by reason;
 * reasons that never applied are left out
 * @param cacheHit the calls that got a result without a run of their own, which count in
 * {@code success} and {@code queue}, too, and the time to find it
 * @param cacheMiss the calls for which no result was kept, and the time to find that out
 */
public record ModelStatistics(@Nullable Instant lastInference, long inferenceCount, long executionCount, Figure success,
		Figure fail, Figure queue, Figure computeInput, Figure computeInfer, Figure computeOutput,
		SortedMap<Integer, BatchFigures> batches, Map<DispatchReason, Long> dispatches,
		Map<RejectionReason, Long> rejections, Figure cacheHit, Figure cacheMiss) {

	/** Of a version that nothing has happened to. */
	public static final ModelStatistics NONE = new ModelStatistics(null, 0, 0, Figure.ZERO, Figure.ZERO, Figure.ZERO,
			Figure.ZERO, Figure.ZERO, Figure.ZERO, Collections.emptySortedMap(), Map.of(), Map.of(), Figure.ZERO,
			Figure.ZERO);

	public ModelStatistics {
		batches = Collections.unmodifiableSortedMap(new TreeMap<>(batches));
		dispatches = Map.copyOf(dispatches);
		rejections = Map.copyOf(rejections);
	}

	/**
	 * How often something happened, and how long it took.
	 *
	 * @param count how often
	 * @param nanos how long in all, in nanoseconds
	 */
	public record Figure(long count, long nanos) {

		/** Never. */
		public static final Figure ZERO = new Figure(0, 0);

	}

	/**
	 * The batches of one size. Here a batch counts once.
	 *
	 * @param computeInput the time to put them together
	 * @param computeInfer the time that the model ran
	 * @param computeOutput the time to take their results apart
	 */
	public record BatchFigures(Figure computeInput, Figure computeInfer, Figure computeOutput) {
	}

}
