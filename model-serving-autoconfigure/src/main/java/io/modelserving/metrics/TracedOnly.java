package io.modelserving.metrics;

import io.micrometer.core.instrument.observation.MeterObservationHandler;
import io.micrometer.observation.Observation;

/**
 * Makes no meters of the observation of an inference, as {@code model.serving.requests}
 * holds the same figures. Stands before the handler that makes meters of all
 * observations.
 */
public final class TracedOnly implements MeterObservationHandler<InferenceObservationContext> {

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof InferenceObservationContext;
	}

}
