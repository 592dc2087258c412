package io.modelserving.metrics;

import io.micrometer.observation.Observation;

/**
 * What is observed of one item of a stage of a pipeline.
 */
public final class StageObservationContext extends Observation.Context {

	private final String stage;

	StageObservationContext(String stage) {
		this.stage = stage;
	}

	public String stage() {
		return this.stage;
	}

}
