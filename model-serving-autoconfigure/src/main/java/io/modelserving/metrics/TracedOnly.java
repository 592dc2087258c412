package io.modelserving.metrics;

import io.micrometer.core.instrument.observation.MeterObservationHandler;
import io.micrometer.observation.Observation;

/**
 * Makes no meters of the observations of an inference and of a stage, as
 * {@code model.serving.requests} and {@code model.serving.stage.requests} hold the same
 * figures. Stands before the handler that makes meters of all observations.
 */
public final class TracedOnly implements MeterObservationHandler<Observation.Context> {

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof InferenceObservationContext || context instanceof StageObservationContext;
	}

}
