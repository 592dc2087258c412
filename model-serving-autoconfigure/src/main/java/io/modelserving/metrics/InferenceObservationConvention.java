package io.modelserving.metrics;

import java.util.Locale;

import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

import io.modelserving.model.ModelKey;

/**
 * Names the observation of a call {@value #NAME}, with the low-cardinality keys
 * {@code model}, {@code version} and {@code outcome}. A bean of another
 * {@code ObservationConvention} for {@link InferenceObservationContext} replaces it.
 */
final class InferenceObservationConvention implements ObservationConvention<InferenceObservationContext> {

	static final String NAME = "model.serving.inference";

	/** Stands for a model that there is not. */
	private static final String UNKNOWN = "unknown";

	@Override
	public String getName() {
		return NAME;
	}

	@Override
	public String getContextualName(InferenceObservationContext context) {
		return "infer " + context.request().model();
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(InferenceObservationContext context) {
		ModelKey model = context.model();
		return KeyValues.of(ModelServingMeters.MODEL_TAG, (model != null) ? model.name() : UNKNOWN,
				ModelServingMeters.VERSION_TAG, (model != null) ? Long.toString(model.version()) : UNKNOWN, "outcome",
				context.outcome().name().toLowerCase(Locale.ROOT));
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof InferenceObservationContext;
	}

}
