package io.modelserving.actuate;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.modelserving.pipeline.Pipeline;
import io.modelserving.pipeline.StageLoad;

/**
 * A pipeline.
 *
 * @param predictedMillis how long an item that arrives now is predicted to take, in
 * milliseconds; 0 if nothing is known yet
 * @param limit the stage that limits it, or {@code null} while nothing is known
 * @param stages its stages and models, in the order of the way
 */
record PipelineDescriptor(double predictedMillis, @Nullable Limit limit, List<StageLoad> stages) {

	static PipelineDescriptor of(Pipeline<?, ?> pipeline) {
		List<StageLoad> loads = pipeline.loads();
		return new PipelineDescriptor(pipeline.predictedNanos() / 1e6,
				StageLoad.limit(loads).map((limit) -> new Limit(limit.stage().name(), limit.headroom())).orElse(null),
				loads);
	}

	/**
	 * The stage that limits a pipeline.
	 *
	 * @param stage its name
	 * @param headroom how many times as much the next slower stage completes
	 */
	record Limit(String stage, double headroom) {
	}

}
