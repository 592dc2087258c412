package io.modelserving.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;

/**
 * Describes the meters that are made of the observation of calls, which come without a
 * description.
 */
public final class InferenceMeterDescription implements MeterFilter {

	@Override
	public Meter.Id map(Meter.Id id) {
		if (!id.getName().startsWith(InferenceObservationConvention.NAME) || id.getDescription() != null) {
			return id;
		}
		String description = id.getName().endsWith(".active") ? "Calls under way" : "Time from a call to its end";
		return new Meter.Id(id.getName(), Tags.of(id.getTagsAsIterable()), id.getBaseUnit(), description, id.getType());
	}

}
