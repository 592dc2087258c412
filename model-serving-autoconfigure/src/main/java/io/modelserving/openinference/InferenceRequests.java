package io.modelserving.openinference;

import java.math.BigInteger;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.modelserving.batching.Deadline;
import io.modelserving.codec.InferenceRequestBody;
import io.modelserving.codec.RequestedOutput;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.Quoted;
import io.modelserving.serving.InferenceRequest;
import org.jspecify.annotations.Nullable;

/**
 * Makes a call of a model from the request of a caller.
 */
public final class InferenceRequests {

	private static final String TIMEOUT = "timeout";

	private static final String PRIORITY = "priority";

	private static final String ROUTING_KEY = "routing_key";

	private InferenceRequests() {
	}

	/**
	 * Make the call of a model. Of its parameters, {@code timeout} says how long it may
	 * take, in microseconds, {@code priority} at which level it waits, 1 being served
	 * first, and {@code routing_key} which calls go to the same version; 0 is the
	 * server's own limit or level. Parameters that are not known are ignored, as the
	 * protocol wants it, and so are those of sequences: models keep nothing between
	 * calls.
	 * @param model the name of the model
	 * @param version the version, or {@code null} for the default one
	 * @param body what the caller sent
	 * @param routingKey what the carrier of the protocol says about the version, which
	 * counts more than the parameter, or {@code null} if it says nothing
	 * @param deadline when it arrived, and until when its caller waits, as the carrier of
	 * the protocol says
	 * @return the call
	 * @throws InvalidInput if a parameter makes no sense, or an output is asked for twice
	 */
	public static InferenceRequest of(String model, @Nullable Long version, InferenceRequestBody body,
			@Nullable String routingKey, Deadline deadline) {
		return InferenceRequest.builder(model, body.inputs())
			.version(version)
			.outputs(outputs(body.outputs()))
			.deadline(deadline.within(timeout(body.parameters())))
			.priority(priority(body.parameters()))
			.routingKey((routingKey != null) ? routingKey : routingKey(body.parameters()))
			.memory(body.memory())
			.build();
	}

	private static List<String> outputs(List<RequestedOutput> requested) {
		Set<String> names = new LinkedHashSet<>();
		for (RequestedOutput output : requested) {
			if (!names.add(output.name())) {
				throw new InvalidInput("output %s is asked for twice".formatted(Quoted.name(output.name())));
			}
		}
		return List.copyOf(names);
	}

	private static int priority(Map<String, Object> parameters) {
		Object priority = parameters.getOrDefault(PRIORITY, 0L);
		if (priority instanceof Long level && level >= 0) {
			return (int) Math.min(Integer.MAX_VALUE, level);
		}
		if (priority instanceof BigInteger level && level.signum() > 0) {
			return Integer.MAX_VALUE;
		}
		throw new InvalidInput(
				"parameter \"priority\" is %s; a whole number is needed, 1 for the first level or 0 for the model's own"
					.formatted(Quoted.text(priority)));
	}

	private static @Nullable String routingKey(Map<String, Object> parameters) {
		Object key = parameters.get(ROUTING_KEY);
		if (key instanceof Boolean || key instanceof Double) {
			throw new InvalidInput("parameter \"routing_key\" is %s; a string is needed".formatted(Quoted.text(key)));
		}
		return (key != null) ? key.toString() : null;
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
		throw new InvalidInput("parameter \"timeout\" is %s; a whole number of microseconds is needed, at least 0"
			.formatted(Quoted.text(timeout)));
	}

}
