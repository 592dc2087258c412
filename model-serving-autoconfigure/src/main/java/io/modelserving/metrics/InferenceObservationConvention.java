package io.modelserving.metrics;

import java.util.Locale;

import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.Outcome;

/**
 * Names the observation of a call {@value #NAME}, with the low-cardinality keys
 * {@code model}, {@code version} and {@code outcome}. A bean of another
 * {@code ObservationConvention} for {@link InferenceObservationContext} replaces it.
 */
final class InferenceObservationConvention implements ObservationConvention<InferenceObservationContext> {

	static final String NAME = "model.serving.inference";

	/** Stands for what a caller made up, which must not become a tag value. */
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
		Outcome outcome = context.outcome();
		String model = (outcome != Outcome.NOT_FOUND) ? context.request().model() : UNKNOWN;
		return KeyValues.of(ModelServingMeters.MODEL_TAG, model, ModelServingMeters.VERSION_TAG,
				version(context, outcome), "outcome", outcome.name().toLowerCase(Locale.ROOT));
	}

	private static String version(InferenceObservationContext context, Outcome outcome) {
		InferenceResult result = context.result();
		if (result != null) {
			return Long.toString(result.model().version());
		}
		InferenceRequest request = context.request();
		return (outcome != Outcome.NOT_FOUND && request.version() != null) ? request.version().toString() : UNKNOWN;
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof InferenceObservationContext;
	}

}
