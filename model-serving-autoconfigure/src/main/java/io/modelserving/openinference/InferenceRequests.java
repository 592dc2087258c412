package io.modelserving.openinference;

import java.math.BigInteger;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.modelserving.codec.InferenceRequestBody;
import io.modelserving.codec.RequestedOutput;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.serving.InferenceRequest;
import org.jspecify.annotations.Nullable;

/**
 * Turns what a caller sent into a call of a model.
 */
public final class InferenceRequests {

	private static final String TIMEOUT = "timeout";

	/** What would change the answer, but is not offered. */
	private static final Set<String> REFUSED_OF_OUTPUTS = Set.of("classification", "shared_memory_region");

	private InferenceRequests() {
	}

	/**
	 * Make the call of a model. The parameter {@code timeout} says how long it may take,
	 * in microseconds; 0 is no limit of the caller's. Parameters that are not known are
	 * ignored, as the protocol wants it.
	 * @param model the name of the model
	 * @param version the version, or {@code null} for the default one
	 * @param body what the caller sent
	 * @return the call
	 * @throws InvalidInput if a parameter makes no sense or would change the answer in a
	 * way that is not offered
	 */
	public static InferenceRequest of(String model, @Nullable Long version, InferenceRequestBody body) {
		body.outputs().forEach(InferenceRequests::checkParameters);
		List<String> outputs = body.outputs().stream().map(RequestedOutput::name).toList();
		return new InferenceRequest(model, version, body.inputs(), outputs, timeout(body.parameters()));
	}

	private static void checkParameters(RequestedOutput output) {
		for (String parameter : output.parameters().keySet()) {
			if (REFUSED_OF_OUTPUTS.contains(parameter)) {
				throw new InvalidInput(
						"output \"%s\": parameter \"%s\" is not supported; leave it out to get the tensor"
							.formatted(output.name(), parameter));
			}
		}
	}

	private static @Nullable Duration timeout(Map<String, Object> parameters) {
		Object timeout = parameters.get(TIMEOUT);
		if (timeout == null) {
			return null;
		}
		if (timeout instanceof Long micros && micros >= 0) {
			return (micros > 0) ? Duration.of(micros, ChronoUnit.MICROS) : null;
		}
		if (timeout instanceof BigInteger large && large.signum() > 0) {
			return null;
		}
		throw new InvalidInput(
				"parameter \"timeout\" is %s; a whole number of microseconds is needed, at least 0".formatted(timeout));
	}

}
