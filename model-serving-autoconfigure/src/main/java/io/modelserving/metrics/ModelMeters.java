package io.modelserving.metrics;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

import io.modelserving.batching.BatchListener;
import io.modelserving.batching.BatchTimes;
import io.modelserving.batching.BatcherSnapshot;
import io.modelserving.batching.DispatchReason;
import io.modelserving.batching.admission.RejectionReason;
import io.modelserving.model.ModelState;
import io.modelserving.model.Outcome;
import io.modelserving.pipeline.Stage;
import io.modelserving.sequence.SequenceEnd;
import io.modelserving.sequence.SequenceListener;
import io.modelserving.serving.cache.CacheListener;
import io.modelserving.serving.cache.CacheOutcome;
import io.modelserving.serving.cache.CacheSnapshot;
import io.modelserving.serving.scaling.Scaled.Direction;
import io.modelserving.serving.traffic.ShadowOutcome;

/**
 * Records what happens to one version of a model, or to one stage of a pipeline. Gauges
 * and the counter of failures exist from the beginning, every other meter from its first
 * event, so that a version that serves nothing costs few. Recording allocates nothing,
 * but for the first event of a meter. Thread-safe.
 */
final class ModelMeters implements BatchListener, SequenceListener, CacheListener {

	private static final double NANOS_PER_SECOND = 1e9;

	private final ModelMeterFactory meters;

	private final Supplier<BatcherSnapshot> batcher;

	private final DoubleSupplier trafficShare;

	private @Nullable ModelState state;

	private volatile Duration load = Duration.ZERO;

	private volatile Duration warmUp = Duration.ZERO;

	ModelMeters(ModelMeterFactory meters, Supplier<BatcherSnapshot> batcher, DoubleSupplier trafficShare) {
		this(meters, batcher, trafficShare, true);
	}

	private ModelMeters(ModelMeterFactory meters, Supplier<BatcherSnapshot> batcher, DoubleSupplier trafficShare,
			boolean loads) {
		this.meters = meters;
		this.batcher = batcher;
		this.trafficShare = trafficShare;
		meters.counter(ModelServingMeters.EXECUTION_FAILURES, null);
		gauge(ModelServingMeters.QUEUE_ROWS, BatcherSnapshot::queuedRows);
		gauge(ModelServingMeters.INFLIGHT, BatcherSnapshot::inflight);
		gauge(ModelServingMeters.INSTANCES, BatcherSnapshot::instances);
		gauge(ModelServingMeters.INSTANCES_BUSY, BatcherSnapshot::busyInstances);
		if (loads) {
			meters.gauge(ModelServingMeters.LOAD, null, () -> seconds(this.load.toNanos()));
			meters.gauge(ModelServingMeters.WARMUP, null, () -> seconds(this.warmUp.toNanos()));
		}
	}

	static ModelMeters ofStage(MeterRegistry registry, Stage<?, ?> stage) {
		return new ModelMeters(ModelMeterFactory.ofStage(registry, stage.name()), stage::snapshot, () -> 0, false);
	}

	private void gauge(ModelServingMeters meter, ToDoubleFunction<BatcherSnapshot> value) {
		this.meters.gauge(meter, null, () -> value.applyAsDouble(this.batcher.get()));
	}

	private static double seconds(long nanos) {
		return nanos / NANOS_PER_SECOND;
	}

	synchronized void state(ModelState newState) {
		ModelState before = this.state;
		if (newState != before) {
			this.meters.gauge(ModelServingMeters.MODEL_STATE, newState, () -> 1);
			this.state = newState;
			if (before != null) {
				this.meters.remove(ModelServingMeters.MODEL_STATE, before);
			}
		}
	}

	void prepared(Duration loadTime, Duration warmUpTime) {
		this.load = loadTime;
		this.warmUp = warmUpTime;
	}

	void nonFinite(int outputs) {
		if (outputs > 0) {
			this.meters.counter(ModelServingMeters.WARMUP_NONFINITE, null).increment(outputs);
		}
	}

	void completed(Outcome outcome, long nanos) {
		this.meters.timer(ModelServingMeters.REQUESTS, outcome).record(nanos, TimeUnit.NANOSECONDS);
	}

	void routed() {
		this.meters.gauge(ModelServingMeters.TRAFFIC_SHARE, null, this.trafficShare);
	}

	void rolledBack() {
		this.meters.counter(ModelServingMeters.ROLLBACKS, null).increment();
	}

	void shadowed(ShadowOutcome outcome) {
		this.meters.counter(ModelServingMeters.SHADOW, outcome).increment();
	}

	void scaled(Direction direction) {
		this.meters.counter(ModelServingMeters.SCALINGS, direction).increment();
	}

	/**
	 * Show how much a cache holds, once there is one that knows.
	 * @param cache gives what is known of it, or {@code null} for nothing
	 */
	void cached(Supplier<@Nullable CacheSnapshot> cache) {
		CacheSnapshot present = cache.get();
		if (present != null && present.bytes() != null) {
			cacheGauge(ModelServingMeters.CACHE_ENTRIES, cache, CacheSnapshot::entries);
			cacheGauge(ModelServingMeters.CACHE_BYTES, cache, CacheSnapshot::bytes);
		}
	}

	private void cacheGauge(ModelServingMeters meter, Supplier<@Nullable CacheSnapshot> cache,
			Function<CacheSnapshot, @Nullable Long> value) {
		this.meters.gauge(meter, null, () -> {
			CacheSnapshot present = cache.get();
			Long number = (present != null) ? value.apply(present) : null;
			return (number != null) ? number : 0;
		});
	}

	@Override
	public void looked(CacheOutcome outcome, long nanos) {
		this.meters.counter(ModelServingMeters.CACHE_REQUESTS, outcome).increment();
	}

	@Override
	public void evicted() {
		this.meters.counter(ModelServingMeters.CACHE_EVICTIONS, null).increment();
	}

	@Override
	public void failed() {
		this.meters.counter(ModelServingMeters.CACHE_FAILURES, null).increment();
	}

	@Override
	public void dispatched(DispatchReason reason, int requests, int rows) {
		this.meters.counter(ModelServingMeters.DISPATCHES, reason).increment();
		this.meters.summary(ModelServingMeters.BATCH_ROWS).record(rows);
	}

	@Override
	public void waited(long nanos) {
		this.meters.timer(ModelServingMeters.QUEUE, null).record(nanos, TimeUnit.NANOSECONDS);
	}

	@Override
	public void executed(int requests, int rows, BatchTimes times, boolean succeeded) {
		this.meters.counter(ModelServingMeters.MERGE, null).increment(seconds(times.mergeNanos()));
		this.meters.timer(ModelServingMeters.EXECUTION, null).record(times.runNanos(), TimeUnit.NANOSECONDS);
		this.meters.counter(ModelServingMeters.SCATTER, null).increment(seconds(times.scatterNanos()));
		if (!succeeded) {
			this.meters.counter(ModelServingMeters.EXECUTION_FAILURES, null).increment();
		}
	}

	@Override
	public void mismatched() {
		this.meters.counter(ModelServingMeters.BATCH_MISMATCHES, null).increment();
	}

	@Override
	public void terminated() {
		this.meters.counter(ModelServingMeters.TERMINATIONS, null).increment();
	}

	@Override
	public void hung() {
		this.meters.counter(ModelServingMeters.HANGS, null).increment();
		gauge(ModelServingMeters.INSTANCES_HUNG, BatcherSnapshot::hungInstances);
	}

	@Override
	public void rejected(RejectionReason reason, int rows) {
		this.meters.counter(ModelServingMeters.REJECTIONS, reason).increment();
	}

	@Override
	public void started() {
		this.meters.counter(ModelServingMeters.SEQUENCES_STARTED, null).increment();
	}

	@Override
	public void ended(SequenceEnd end) {
		this.meters.counter(ModelServingMeters.SEQUENCES_ENDED, end).increment();
	}

	/**
	 * Have the number of sequences read.
	 * @param active gives it
	 */
	void sequences(DoubleSupplier active) {
		this.meters.gauge(ModelServingMeters.SEQUENCES, null, active);
	}

	void removeAll() {
		this.meters.removeAll();
	}

}
