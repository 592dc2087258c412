package io.modelserving.metrics;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;

import io.modelserving.batching.BatchListener;
import io.modelserving.batching.BatchTimes;
import io.modelserving.batching.BatcherSnapshot;
import io.modelserving.batching.DispatchReason;
import io.modelserving.batching.RejectionReason;
import io.modelserving.model.ModelState;
import io.modelserving.serving.Outcome;
import io.modelserving.serving.Scaled.Direction;
import io.modelserving.serving.ShadowOutcome;

/**
 * The meters of one version of a model. They are made once, so that recording allocates
 * nothing; only the timer of an outcome other than success and the counters of copies
 * wait for the first, for most models never see most of them. Thread-safe.
 */
final class ModelMeters implements BatchListener {

	private final ModelMeterFactory factory;

	private final AtomicReferenceArray<Timer> requests = new AtomicReferenceArray<>(Outcome.values().length);

	private final Timer queue;

	private final Timer merge;

	private final Timer execution;

	private final Timer scatter;

	private final Counter executionFailures;

	private final Counter mismatches;

	private final Counter terminations;

	private final Counter hangs;

	private final DistributionSummary batchRows;

	private final DistributionSummary batchRequests;

	private final AtomicReferenceArray<Counter> shadow = new AtomicReferenceArray<>(ShadowOutcome.values().length);

	private final Counter rollbacks;

	private final Timer load;

	private final Timer warmUp;

	private final Counter nonFinite;

	private final Map<DispatchReason, Counter> dispatches;

	private final Map<RejectionReason, Counter> rejections;

	private final Map<Direction, Counter> scalings;

	private volatile ModelState state = ModelState.LOADING;

	ModelMeters(ModelMeterFactory factory, Supplier<BatcherSnapshot> batcher, DoubleSupplier trafficShare) {
		this.factory = factory;
		this.queue = factory.histogram(ModelServingMeters.QUEUE, null);
		this.merge = factory.timer(ModelServingMeters.MERGE);
		this.execution = factory.histogram(ModelServingMeters.EXECUTION, null);
		this.scatter = factory.timer(ModelServingMeters.SCATTER);
		this.executionFailures = factory.counter(ModelServingMeters.EXECUTION_FAILURES, null);
		this.mismatches = factory.counter(ModelServingMeters.BATCH_MISMATCHES, null);
		this.terminations = factory.counter(ModelServingMeters.TERMINATIONS, null);
		this.hangs = factory.counter(ModelServingMeters.HANGS, null);
		this.batchRows = factory.summary(ModelServingMeters.BATCH_ROWS);
		this.batchRequests = factory.summary(ModelServingMeters.BATCH_REQUESTS);
		this.load = factory.timer(ModelServingMeters.LOAD);
		this.warmUp = factory.timer(ModelServingMeters.WARMUP);
		this.nonFinite = factory.counter(ModelServingMeters.WARMUP_NONFINITE, null);
		this.dispatches = each(DispatchReason.class,
				(reason) -> factory.counter(ModelServingMeters.DISPATCHES, reason));
		this.rejections = each(RejectionReason.class,
				(reason) -> factory.counter(ModelServingMeters.REJECTIONS, reason));
		this.rollbacks = factory.counter(ModelServingMeters.ROLLBACKS, null);
		this.scalings = each(Direction.class, (direction) -> factory.counter(ModelServingMeters.SCALINGS, direction));
		timer(Outcome.SUCCESS);
		factory.gauge(ModelServingMeters.TRAFFIC_SHARE, null, trafficShare, DoubleSupplier::getAsDouble);
		gauge(ModelServingMeters.QUEUE_ROWS, batcher, BatcherSnapshot::queuedRows);
		gauge(ModelServingMeters.QUEUE_REQUESTS, batcher, BatcherSnapshot::queuedRequests);
		gauge(ModelServingMeters.INFLIGHT, batcher, BatcherSnapshot::inflight);
		gauge(ModelServingMeters.INSTANCES_BUSY, batcher, BatcherSnapshot::busyInstances);
		gauge(ModelServingMeters.INSTANCES, batcher, BatcherSnapshot::instances);
		gauge(ModelServingMeters.INSTANCES_HUNG, batcher, BatcherSnapshot::hungInstances);
		for (ModelState value : ModelState.values()) {
			factory.gauge(ModelServingMeters.MODEL_STATE, value, this, (meters) -> (meters.state == value) ? 1 : 0);
		}
	}

	private static <E extends Enum<E>> Map<E, Counter> each(Class<E> type, Function<E, Counter> counter) {
		Map<E, Counter> counters = new EnumMap<>(type);
		Arrays.stream(type.getEnumConstants()).forEach((value) -> counters.put(value, counter.apply(value)));
		return counters;
	}

	private void gauge(ModelServingMeters meter, Supplier<BatcherSnapshot> batcher,
			ToDoubleFunction<BatcherSnapshot> value) {
		this.factory.gauge(meter, null, batcher, (supplier) -> value.applyAsDouble(supplier.get()));
	}

	void state(ModelState newState) {
		this.state = newState;
	}

	void prepared(Duration loadTime, Duration warmUpTime) {
		this.load.record(loadTime);
		this.warmUp.record(warmUpTime);
	}

	void nonFinite(int outputs) {
		this.nonFinite.increment(outputs);
	}

	void completed(Outcome outcome, long nanos) {
		timer(outcome).record(nanos, TimeUnit.NANOSECONDS);
	}

	void rolledBack() {
		this.rollbacks.increment();
	}

	void shadowed(ShadowOutcome outcome) {
		Counter counter = this.shadow.get(outcome.ordinal());
		if (counter == null) {
			counter = this.factory.counter(ModelServingMeters.SHADOW, outcome);
			this.shadow.set(outcome.ordinal(), counter);
		}
		counter.increment();
	}

	private Timer timer(Outcome outcome) {
		Timer timer = this.requests.get(outcome.ordinal());
		if (timer == null) {
			timer = this.factory.histogram(ModelServingMeters.REQUESTS, outcome);
			this.requests.set(outcome.ordinal(), timer);
		}
		return timer;
	}

	@Override
	@SuppressWarnings("NullAway") // the maps hold every value of their enum
	public void dispatched(DispatchReason reason, int requests, int rows) {
		this.dispatches.get(reason).increment();
		this.batchRequests.record(requests);
		this.batchRows.record(rows);
	}

	@Override
	public void waited(long nanos) {
		this.queue.record(nanos, TimeUnit.NANOSECONDS);
	}

	@Override
	public void executed(int requests, int rows, BatchTimes times, boolean succeeded) {
		this.merge.record(times.mergeNanos(), TimeUnit.NANOSECONDS);
		this.execution.record(times.runNanos(), TimeUnit.NANOSECONDS);
		this.scatter.record(times.scatterNanos(), TimeUnit.NANOSECONDS);
		if (!succeeded) {
			this.executionFailures.increment();
		}
	}

	@Override
	public void mismatched() {
		this.mismatches.increment();
	}

	@Override
	public void terminated() {
		this.terminations.increment();
	}

	@Override
	public void hung() {
		this.hangs.increment();
	}

	@Override
	@SuppressWarnings("NullAway") // the maps hold every value of their enum
	public void rejected(RejectionReason reason, int rows) {
		this.rejections.get(reason).increment();
	}

	@SuppressWarnings("NullAway") // the maps hold every value of their enum
	void scaled(Direction direction) {
		this.scalings.get(direction).increment();
	}

	void removeAll() {
		this.factory.removeAll();
	}

}
