package io.modelserving.metrics;

import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import io.modelserving.metrics.ModelServingMeters.Tag;
import io.modelserving.model.Outcome;
import io.modelserving.pipeline.Stage;
import io.modelserving.pipeline.StageObserver;

/**
 * Observes each item of a stage from its arrival until it leaves, as a child of the
 * observation of the thread that hands it in. What follows has that one as its parent,
 * too. It costs nothing without a handler. Thread-safe.
 */
public final class ObservedStages implements StageObserver {

	private static final Convention CONVENTION = new Convention();

	private final ObservationRegistry registry;

	/**
	 * Create an observer.
	 * @param registry the registry of observations
	 */
	public ObservedStages(ObservationRegistry registry) {
		this.registry = registry;
	}

	@Override
	public StageObserver.Item arrived(Stage<?, ?> stage) {
		if (this.registry.isNoop()) {
			return StageObserver.Item.NONE;
		}
		Observation parent = this.registry.getCurrentObservation();
		StageObservationContext context = new StageObservationContext(stage.name());
		return new ObservedItem(parent, Observation.start(null, CONVENTION, () -> context, this.registry));
	}

	/**
	 * An item within the observation of its stage, and then within that of its caller.
	 */
	private static final class ObservedItem implements StageObserver.Item {

		private final @Nullable Observation parent;

		private final Observation own;

		private volatile boolean left;

		ObservedItem(@Nullable Observation parent, Observation own) {
			this.parent = parent;
			this.own = own;
		}

		@Override
		public void during(Runnable work) {
			Observation current = this.left ? this.parent : this.own;
			if (current != null) {
				current.scoped(work);
			}
			else {
				work.run();
			}
		}

		@Override
		public void left(@Nullable Throwable failure) {
			this.left = true;
			if (failure != null) {
				this.own.error(failure);
			}
			this.own.stop();
		}

	}

	/**
	 * Names the observation.
	 */
	private static final class Convention implements ObservationConvention<StageObservationContext> {

		@Override
		public String getName() {
			return "model.serving.stage";
		}

		@Override
		public String getContextualName(StageObservationContext context) {
			return "stage " + context.stage();
		}

		@Override
		public KeyValues getLowCardinalityKeyValues(StageObservationContext context) {
			return KeyValues.of(Tag.STAGE.withValue(context.stage()),
					Tag.OUTCOME.withValue(Tag.value(Outcome.of(context.getError()))));
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return context instanceof StageObservationContext;
		}

	}

}
