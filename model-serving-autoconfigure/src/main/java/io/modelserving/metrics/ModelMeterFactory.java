package io.modelserving.metrics;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.DoubleSupplier;
import java.util.function.Function;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import org.jspecify.annotations.Nullable;

import io.modelserving.metrics.ModelServingMeters.Tag;
import io.modelserving.model.ModelKey;

/**
 * Registers the meters of one version of a model, or of one stage, as they are declared,
 * each when it is first asked for, and removes them. A meter that has been registered is
 * found without a lock and without memory. Thread-safe; the registry is guarded by the
 * lock of this object.
 */
final class ModelMeterFactory {

	/** Range of the buckets of full histograms of times. */
	private static final Duration SHORTEST = Duration.ofNanos(100_000);

	private static final Duration LONGEST = Duration.ofSeconds(10);

	/** Largest bucket of full histograms of rows. */
	private static final double LARGEST = 1024;

	private final Function<ModelServingMeters, String> naming;

	private final Tags tags;

	private final List<AtomicReferenceArray<@Nullable Meter>> meters = Arrays.stream(ModelServingMeters.values())
		.map((meter) -> new AtomicReferenceArray<@Nullable Meter>(Math.max(1, meter.tagValues().size())))
		.toList();

	private MeterRegistry registry;

	ModelMeterFactory(MeterRegistry registry, ModelKey model) {
		this(registry, ModelServingMeters::getName,
				Tags.of(Tag.MODEL.asString(), model.name(), Tag.VERSION.asString(), Long.toString(model.version())));
	}

	private ModelMeterFactory(MeterRegistry registry, Function<ModelServingMeters, String> naming, Tags tags) {
		this.registry = registry;
		this.naming = naming;
		this.tags = tags;
	}

	/**
	 * Make the meters of a stage of a pipeline: those of models with
	 * {@code model.serving.stage} before them.
	 */
	static ModelMeterFactory ofStage(MeterRegistry registry, String stage) {
		return new ModelMeterFactory(registry, ModelServingMeters::stageName, Tags.of(Tag.STAGE.asString(), stage));
	}

	Timer timer(ModelServingMeters meter, @Nullable Enum<?> value) {
		Meter present = present(meter, value);
		return (Timer) ((present != null) ? present : register(meter, value, () -> 0));
	}

	Counter counter(ModelServingMeters meter, @Nullable Enum<?> value) {
		Meter present = present(meter, value);
		return (Counter) ((present != null) ? present : register(meter, value, () -> 0));
	}

	DistributionSummary summary(ModelServingMeters meter) {
		Meter present = present(meter, null);
		return (DistributionSummary) ((present != null) ? present : register(meter, null, () -> 0));
	}

	void gauge(ModelServingMeters meter, @Nullable Enum<?> value, DoubleSupplier reading) {
		if (present(meter, value) == null) {
			register(meter, value, reading);
		}
	}

	private @Nullable Meter present(ModelServingMeters meter, @Nullable Enum<?> value) {
		return this.meters.get(meter.ordinal()).get((value != null) ? value.ordinal() : 0);
	}

	private synchronized Meter register(ModelServingMeters meter, @Nullable Enum<?> value, DoubleSupplier reading) {
		Meter present = present(meter, value);
		if (present != null) {
			return present;
		}
		Tags all = (value != null) ? this.tags.and(Objects.requireNonNull(meter.tag()).asString(), Tag.value(value))
				: this.tags;
		Meter registered = switch (meter.getType()) {
			case TIMER -> Timer.builder(this.naming.apply(meter))
				.description(meter.description())
				.serviceLevelObjectives(meter.buckets())
				.minimumExpectedValue(SHORTEST)
				.maximumExpectedValue(LONGEST)
				.tags(all)
				.register(this.registry);
			case DISTRIBUTION_SUMMARY -> DistributionSummary.builder(this.naming.apply(meter))
				.description(meter.description())
				.baseUnit(meter.getBaseUnit())
				.minimumExpectedValue(1.0)
				.maximumExpectedValue(LARGEST)
				.tags(all)
				.register(this.registry);
			case COUNTER -> Counter.builder(this.naming.apply(meter))
				.description(meter.description())
				.baseUnit(meter.getBaseUnit())
				.tags(all)
				.register(this.registry);
			default -> gauge(meter, reading, all);
		};
		this.meters.get(meter.ordinal()).set((value != null) ? value.ordinal() : 0, registered);
		return registered;
	}

	private Meter gauge(ModelServingMeters meter, DoubleSupplier reading, Tags all) {
		if ("seconds".equals(meter.getBaseUnit())) {
			return TimeGauge.builder(this.naming.apply(meter), reading, TimeUnit.SECONDS, DoubleSupplier::getAsDouble)
				.description(meter.description())
				.tags(all)
				.strongReference(true)
				.register(this.registry);
		}
		return Gauge.builder(this.naming.apply(meter), reading, DoubleSupplier::getAsDouble)
			.description(meter.description())
			.baseUnit(meter.getBaseUnit())
			.tags(all)
			.strongReference(true)
			.register(this.registry);
	}

	synchronized void remove(ModelServingMeters meter, Enum<?> value) {
		Meter removed = this.meters.get(meter.ordinal()).getAndSet(value.ordinal(), null);
		if (removed != null) {
			this.registry.remove(removed);
		}
	}

	/**
	 * Remove all meters. Those that are asked for from now on are registered nowhere.
	 */
	synchronized void removeAll() {
		for (AtomicReferenceArray<@Nullable Meter> values : this.meters) {
			for (int i = 0; i < values.length(); i++) {
				Meter removed = values.get(i);
				if (removed != null) {
					this.registry.remove(removed);
				}
			}
		}
		this.registry = new CompositeMeterRegistry();
	}

}
