package io.modelserving.serving.statistics;

import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.modelserving.model.Outcome;
import io.modelserving.serving.ServingListener;
import io.modelserving.serving.cache.CacheListener;
import io.modelserving.batching.BatchListener;
import io.modelserving.model.ModelKey;

/**
 * Adds up what happens to each version of each model. A version that is unloaded keeps
 * its figures, should it return. Thread-safe.
 */
public final class StatisticsCollector implements ServingListener {

	private final InstantSource clock;

	private final Map<ModelKey, VersionStatistics> versions = new ConcurrentHashMap<>();

	/**
	 * Create a collector.
	 * @param clock tells when the last inference was
	 */
	public StatisticsCollector(InstantSource clock) {
		this.clock = clock;
	}

	/**
	 * Return what has happened to one version of a model.
	 * @param key the model and version
	 * @return the figures; {@link ModelStatistics#NONE} if it was never loaded
	 */
	public ModelStatistics statistics(ModelKey key) {
		VersionStatistics version = this.versions.get(key);
		return (version != null) ? version.read() : ModelStatistics.NONE;
	}

	@Override
	public BatchListener batchListener(ModelKey model) {
		return version(model);
	}

	@Override
	public CacheListener cacheListener(ModelKey model) {
		return version(model);
	}

	private VersionStatistics version(ModelKey model) {
		return this.versions.computeIfAbsent(model, key -> new VersionStatistics(this.clock));
	}

	@Override
	public void completed(ModelKey model, Outcome outcome, long nanos) {
		VersionStatistics version = this.versions.get(model);
		if (version != null) {
			version.completed(outcome, nanos);
		}
	}

}
