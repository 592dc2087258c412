package io.modelserving.serving;

import java.time.Duration;
import java.util.List;

import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelSignature;
import io.modelserving.tensor.NamedTensors;

/**
 * How a model is warmed up.
 *
 * @param enabled whether it runs before it takes requests
 * @param samples gives inputs to run on
 * @param timeout how long warming up may take
 */
public record WarmUpSettings(boolean enabled, Samples samples, Duration timeout) {

	public static WarmUpSettings defaults() {
		return new WarmUpSettings(true, Samples.GENERATED, Duration.ofMinutes(1));
	}

	/**
	 * Gives inputs to warm up on.
	 */
	@FunctionalInterface
	public interface Samples {

		/** No samples: inputs are generated. */
		Samples GENERATED = signature -> List.of();

		/**
		 * Read the samples.
		 * @param signature what the model takes
		 * @return inputs that the model takes, of one row or more each; empty to have
		 * them generated
		 * @throws ModelLoadException if they cannot be read
		 */
		List<NamedTensors> read(ModelSignature signature);

	}

}
