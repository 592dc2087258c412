package io.modelserving.metrics;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

import io.modelserving.batching.BatchListener;
import io.modelserving.model.Outcome;
import io.modelserving.pipeline.Stage;
import io.modelserving.pipeline.StageObserver;

/**
 * Records what stages of pipelines do, in the meters of {@link ModelServingMeters} with
 * {@code model.serving.stage} before them and the tag {@code stage}. Thread-safe.
 */
public final class StageMeters implements StageObserver {

	private final MeterRegistry meterRegistry;

	private final Map<Stage<?, ?>, ModelMeters> meters = new ConcurrentHashMap<>();

	/**
	 * Create the meters.
	 * @param meterRegistry where they go
	 */
	public StageMeters(MeterRegistry meterRegistry) {
		this.meterRegistry = meterRegistry;
	}

	@Override
	public BatchListener batches(Stage<?, ?> stage) {
		return of(stage);
	}

	private ModelMeters of(Stage<?, ?> stage) {
		return this.meters.computeIfAbsent(stage, (key) -> ModelMeters.ofStage(this.meterRegistry, key));
	}

	@Override
	public Item arrived(Stage<?, ?> stage) {
		ModelMeters own = of(stage);
		long begin = System.nanoTime();
		return new Item() {

			@Override
			public void left(@Nullable Throwable failure) {
				own.completed(Outcome.of(failure), System.nanoTime() - begin);
			}

		};
	}

}
