package io.modelserving.metrics;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

import io.modelserving.batching.BatchListener;
import io.modelserving.batching.BatcherSnapshot;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;
import io.modelserving.sequence.SequenceListener;
import io.modelserving.sequence.SequenceStatus;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelSnapshot;
import io.modelserving.model.Outcome;
import io.modelserving.serving.cache.CacheListener;
import io.modelserving.serving.traffic.RolledBack;
import io.modelserving.serving.scaling.Scaled;
import io.modelserving.serving.ServingListener;
import io.modelserving.serving.traffic.ShadowOutcome;
import io.modelserving.serving.traffic.Traffic;

/**
 * Records what the registry and the service do in {@link ModelServingMeters}. The meters
 * of a model appear with its first state and go when the registry has forgotten it.
 * Thread-safe.
 */
public final class MicrometerServingListener implements ServingListener {

	private final MeterRegistry meterRegistry;

	private final Supplier<ModelRegistry> modelRegistry;

	private final Map<ModelKey, ModelMeters> meters = new ConcurrentHashMap<>();

	/**
	 * Create a listener.
	 * @param meterRegistry where the meters go
	 * @param modelRegistry gives the registry that gauges read; asked when they are read,
	 * not before
	 */
	public MicrometerServingListener(MeterRegistry meterRegistry, Supplier<ModelRegistry> modelRegistry) {
		this.meterRegistry = meterRegistry;
		this.modelRegistry = modelRegistry;
	}

	@Override
	public void statusChanged(ModelStatus status) {
		if (status.state() == ModelState.UNLOADED && isForgotten(status.key())) {
			ModelMeters removed = this.meters.remove(status.key());
			if (removed != null) {
				removed.removeAll();
			}
			return;
		}
		ModelMeters own = of(status.key());
		own.state(status.state());
		if (!Traffic.NONE.equals(this.modelRegistry.get().traffic(status.key().name()))) {
			own.routed();
		}
	}

	private boolean isForgotten(ModelKey model) {
		return this.modelRegistry.get()
			.find(model)
			.filter((snapshot) -> snapshot.status().state() != ModelState.UNLOADED)
			.isEmpty();
	}

	@Override
	public void prepared(ModelKey model, Duration load, Duration warmUp) {
		ModelMeters own = of(model);
		own.prepared(load, warmUp);
		this.modelRegistry.get()
			.find(model)
			.map(ModelSnapshot::details)
			.ifPresent((details) -> own.nonFinite(details.nonFiniteOutputs().size()));
		if (sequences(model) != null) {
			own.sequences(() -> active(model));
		}
		own.cached(() -> this.modelRegistry.get().find(model).map(ModelSnapshot::cache).orElse(null));
	}

	@Override
	public void scaled(Scaled scaled) {
		ModelMeters own = this.meters.get(scaled.model());
		if (own != null) {
			own.scaled(scaled.direction());
		}
	}

	@Override
	public BatchListener batchListener(ModelKey model) {
		return of(model);
	}

	@Override
	public SequenceListener sequenceListener(ModelKey model) {
		return of(model);
	}

	@Override
	public CacheListener cacheListener(ModelKey model) {
		return of(model);
	}

	@Override
	public void completed(ModelKey model, Outcome outcome, long nanos) {
		ModelMeters own = this.meters.get(model);
		if (own != null) {
			own.completed(outcome, nanos);
		}
	}

	@Override
	public void routed(String model, Traffic traffic) {
		this.meters.forEach((key, own) -> {
			if (key.name().equals(model)) {
				own.routed();
			}
		});
	}

	@Override
	public void rolledBack(RolledBack rolledBack) {
		ModelMeters own = this.meters.get(rolledBack.model());
		if (own != null) {
			own.rolledBack();
		}
	}

	@Override
	public void shadowed(ModelKey model, ShadowOutcome outcome) {
		ModelMeters own = this.meters.get(model);
		if (own != null) {
			own.shadowed(outcome);
		}
	}

	ModelMeters of(ModelKey model) {
		return this.meters.computeIfAbsent(model,
				(key) -> new ModelMeters(new ModelMeterFactory(this.meterRegistry, key), () -> batcher(key),
						() -> trafficShare(key)));
	}

	private @Nullable SequenceStatus sequences(ModelKey model) {
		return this.modelRegistry.get().find(model).map(ModelSnapshot::sequences).orElse(null);
	}

	private double active(ModelKey model) {
		SequenceStatus status = sequences(model);
		return (status != null) ? status.active() : 0;
	}

	private double trafficShare(ModelKey model) {
		return this.modelRegistry.get().trafficStatus(model.name()).shares().getOrDefault(model.version(), 0.0);
	}

	private BatcherSnapshot batcher(ModelKey model) {
		return this.modelRegistry.get().find(model).map(ModelSnapshot::batcher).orElse(BatcherSnapshot.IDLE);
	}

}
