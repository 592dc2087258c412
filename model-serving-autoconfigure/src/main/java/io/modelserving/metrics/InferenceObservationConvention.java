package io.modelserving.metrics;

import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

import io.modelserving.metrics.ModelServingMeters.Tag;
import io.modelserving.model.ModelKey;

/**
 * Names the observation of a call {@value #NAME}, with the low-cardinality keys
 * {@code model}, {@code version} and {@code outcome}. A bean of another
 * {@code ObservationConvention} for {@link InferenceObservationContext} replaces it.
 */
final class InferenceObservationConvention implements ObservationConvention<InferenceObservationContext> {

	static final String NAME = "model.serving.inference";

	/** Stands for a model that does not exist. */
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
		return KeyValues.of(Tag.MODEL.withValue((model != null) ? model.name() : UNKNOWN),
				Tag.VERSION.withValue((model != null) ? Long.toString(model.version()) : UNKNOWN),
				Tag.OUTCOME.withValue(Tag.value(context.outcome())));
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof InferenceObservationContext;
	}

}
