package io.modelserving.autoconfigure;

import java.util.List;

import org.springframework.boot.diagnostics.FailureAnalyzedException;

import io.modelserving.serving.WarmUpSettings.Samples;

/**
 * Makes the samples of a model's warm-up from their locations. Absent where there is
 * nothing on the class path to read them with.
 */
@FunctionalInterface
interface WarmUpSamples {

	/**
	 * Find samples.
	 * @param model the name of the model
	 * @param locations where they are
	 * @return the samples, not yet read
	 * @throws io.modelserving.model.ModelLoadException if there is nothing at a location
	 */
	Samples find(String model, List<String> locations);

	static WarmUpSamples failMissing() {
		throw new FailureAnalyzedException(
				"Samples are configured for warming up models, but there is no Jackson on the class path to read them.",
				"Add the dependency org.springframework.boot:spring-boot-starter-jackson, or remove the property warm-up.samples.");
	}

}
