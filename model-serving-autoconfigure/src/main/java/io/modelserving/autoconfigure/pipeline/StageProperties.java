package io.modelserving.autoconfigure.pipeline;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import io.modelserving.autoconfigure.PropertyPath;

/**
 * Properties of the stages of pipelines.
 *
 * @param stages What stages are to have in place of what "@PipelineStage" says, by the
 * name of the stage.
 */
@ConfigurationProperties("model-serving")
record StageProperties(@DefaultValue Map<String, Stage> stages) {

	StageProperties {
		stages.forEach((name, stage) -> stage.check(new PropertyPath("model-serving.stages").child(name)));
	}

	Stage of(String name) {
		return this.stages.getOrDefault(name, Stage.NONE);
	}

	/**
	 * Check that each stage with properties exists.
	 * @param names the names of all "@PipelineStage" methods, in order
	 */
	void requireExisting(Set<String> names) {
		for (String name : this.stages.keySet()) {
			new PropertyPath("model-serving.stages").check(names.contains(name), name, this.stages.get(name),
					names.isEmpty() ? "there is no @PipelineStage method"
							: "there are the @PipelineStage methods " + names);
		}
	}

	/**
	 * Properties of a stage.
	 *
	 * @param concurrency Number of threads that work at once.
	 * @param maxBatchSize Most items at once, of a stage that takes lists.
	 * @param maxDelay Time that an item may wait for others while a thread is idle.
	 * @param capacity Number of items that may wait.
	 */
	record Stage(@Nullable Integer concurrency, @Nullable Integer maxBatchSize, @Nullable Duration maxDelay,
			@Nullable Integer capacity) {

		static final Stage NONE = new Stage(null, null, null, null);

		private void check(PropertyPath path) {
			path.atLeast(1, "concurrency", this.concurrency);
			path.atLeast(1, "max-batch-size", this.maxBatchSize);
			path.notNegative("max-delay", this.maxDelay);
			path.atLeast(1, "capacity", this.capacity);
		}

	}

}
