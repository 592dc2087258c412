package io.modelserving.actuate;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import io.modelserving.batching.BatcherSnapshot;
import io.modelserving.serving.statistics.ModelStatistics;

/**
 * What waits and runs at the moment, and what has happened since the start.
 *
 * @param requests the number of requests that wait
 * @param rows the number of rows that wait
 * @param inflight the number of requests accepted and not yet completed
 * @param busyInstances the number of instances that are running a batch
 * @param instances the number of instances
 * @param rowsPerSecond the rate at which rows were last completed
 * @param dispatches the number of batches that left the queue, by reason
 * @param rejections the number of requests that left without having run, by reason
 */
record QueueDescriptor(int requests, int rows, int inflight, int busyInstances, int instances, double rowsPerSecond,
		Map<String, Long> dispatches, Map<String, Long> rejections) {

	static QueueDescriptor of(BatcherSnapshot batcher, ModelStatistics statistics) {
		return new QueueDescriptor(batcher.queuedRequests(), batcher.queuedRows(), batcher.inflight(),
				batcher.busyInstances(), batcher.instances(), batcher.rowsPerSecond(), counts(statistics.dispatches()),
				counts(statistics.rejections()));
	}

	private static Map<String, Long> counts(Map<? extends Enum<?>, Long> reasons) {
		Map<String, Long> counts = new TreeMap<>();
		reasons.forEach((reason, count) -> counts.put(reason.name().toLowerCase(Locale.ROOT), count));
		return counts;
	}

}
