package io.modelserving.tuning;

import java.time.Duration;

/**
 * Writes settings as configuration to keep.
 */
final class TuningYaml {

	private TuningYaml() {
	}

	/**
	 * Write the settings of a candidate.
	 * @param model the name of the model
	 * @param candidate the settings
	 * @param queueDelay the delay that they were measured with
	 * @return YAML that gives the model these settings
	 */
	static String of(String model, Candidate candidate, Duration queueDelay) {
		return """
				model-serving:
				  models:
				    %s:
				      runtime:
				        instances: %d
				        intra-op-threads: %d
				      batching:
				        max-batch-size: %d
				        max-queue-delay: %s
				""".formatted(key(model), candidate.instances(), candidate.intraOpThreads(), candidate.maxBatchSize(),
				Texts.configured(queueDelay));
	}

	/**
	 * A key of a map needs brackets where Spring Boot would drop or split at characters.
	 */
	private static String key(String model) {
		if (model.matches("[a-z][a-z0-9-]*")) {
			return model;
		}
		return "\"[%s]\"".formatted(model.replace("\\", "\\\\").replace("\"", "\\\""));
	}

}
