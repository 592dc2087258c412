package io.modelserving.metrics;

import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;

import io.modelserving.model.ModelKey;

/**
 * Registers the meters of one version of a model, and takes them away again. Thread-safe.
 */
final class ModelMeterFactory {

	/** Buckets for the time of a call: from a tiny model to a patient caller. */
	private static final Duration[] TIME_BUCKETS = IntStream
		.of(500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
				5_000_000, 10_000_000)
		.mapToObj((micros) -> Duration.ofNanos(micros * 1_000L))
		.toArray(Duration[]::new);

	/** Buckets for a number of rows: the powers of two up to 1024. */
	private static final double[] SIZE_BUCKETS = IntStream.rangeClosed(0, 10)
		.mapToDouble((power) -> 1 << power)
		.toArray();

	private final MeterRegistry registry;

	private final Tags tags;

	private final Queue<Meter> meters = new ConcurrentLinkedQueue<>();

	ModelMeterFactory(MeterRegistry registry, ModelKey model) {
		this.registry = registry;
		this.tags = Tags.of(ModelServingMeters.MODEL_TAG, model.name(), ModelServingMeters.VERSION_TAG,
				Long.toString(model.version()));
	}

	Timer histogram(ModelServingMeters meter, @Nullable Enum<?> value) {
		return keep(Timer.builder(meter.meterName())
			.description(meter.description())
			.tags(tags(meter, value))
			.serviceLevelObjectives(TIME_BUCKETS)
			.register(this.registry));
	}

	Timer timer(ModelServingMeters meter) {
		return keep(Timer.builder(meter.meterName())
			.description(meter.description())
			.tags(this.tags)
			.register(this.registry));
	}

	DistributionSummary summary(ModelServingMeters meter) {
		return keep(DistributionSummary.builder(meter.meterName())
			.description(meter.description())
			.baseUnit(meter.baseUnit())
			.tags(this.tags)
			.serviceLevelObjectives(SIZE_BUCKETS)
			.register(this.registry));
	}

	Counter counter(ModelServingMeters meter, @Nullable Enum<?> value) {
		return keep(Counter.builder(meter.meterName())
			.description(meter.description())
			.tags(tags(meter, value))
			.register(this.registry));
	}

	<T> void gauge(ModelServingMeters meter, @Nullable Enum<?> value, T owner, ToDoubleFunction<T> function) {
		keep(Gauge.builder(meter.meterName(), owner, function)
			.description(meter.description())
			.baseUnit(meter.baseUnit())
			.tags(tags(meter, value))
			.strongReference(true)
			.register(this.registry));
	}

	void removeAll() {
		for (Meter meter = this.meters.poll(); meter != null; meter = this.meters.poll()) {
			this.registry.remove(meter);
		}
	}

	private <M extends Meter> M keep(M meter) {
		this.meters.add(meter);
		return meter;
	}

	private Tags tags(ModelServingMeters meter, @Nullable Enum<?> value) {
		return (value == null) ? this.tags
				: this.tags.and(Objects.requireNonNull(meter.ownTag()), value.name().toLowerCase(Locale.ROOT));
	}

}
