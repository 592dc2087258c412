package io.modelserving.actuate;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.modelserving.batching.BatchListener;
import io.modelserving.model.ModelKey;
import io.modelserving.serving.ServingListener;

/**
 * Keeps the counts that {@link ModelsEndpoint} shows. A version that is unloaded keeps
 * its counts, should it come back. Thread-safe.
 */
public final class BatchCountsListener implements ServingListener {

	private final Map<ModelKey, BatchCounts> counts = new ConcurrentHashMap<>();

	@Override
	public BatchListener batchListener(ModelKey model) {
		return counts(model);
	}

	BatchCounts counts(ModelKey model) {
		return this.counts.computeIfAbsent(model, (key) -> new BatchCounts());
	}

}
