package io.modelserving.metrics;

import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.ToDoubleFunction;

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
 * Registers the meters of one version of a model, and takes them away again. Histograms
 * are those of the monitoring system, where it has them, and can be switched off or cut
 * down by {@code management.metrics.distribution}. Thread-safe.
 */
final class ModelMeterFactory {

	/** Range of the buckets for times: from a tiny model to a patient caller. */
	private static final Duration SHORTEST = Duration.ofNanos(100_000);

	private static final Duration LONGEST = Duration.ofSeconds(10);

	/** End of the buckets for the size of a batch. */
	private static final double LARGEST = 1024;

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
			.publishPercentileHistogram()
			.minimumExpectedValue(SHORTEST)
			.maximumExpectedValue(LONGEST)
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
			.publishPercentileHistogram()
			.minimumExpectedValue(1.0)
			.maximumExpectedValue(LARGEST)
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
