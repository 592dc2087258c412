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
import io.modelserving.sequence.SequenceStep;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.cache.CacheUse;
import org.jspecify.annotations.Nullable;

/**
 * Makes a call of a model from the request of a caller.
 */
public final class InferenceRequests {

	private static final String TIMEOUT = "timeout";

	private static final String PRIORITY = "priority";

	private static final String ROUTING_KEY = "routing_key";

	private static final String SEQUENCE_ID = "sequence_id";

	private static final String SEQUENCE_START = "sequence_start";

	private static final String SEQUENCE_END = "sequence_end";

	private static final BigInteger LARGEST_ID = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);

	private static final String CACHE_CONTROL = "cache_control";

	private InferenceRequests() {
	}

	/**
	 * Make the call of a model. Of its parameters, {@code timeout} says how long it may
	 * take, in microseconds, {@code priority} at which level it waits, 1 being served
	 * first, {@code routing_key} which calls go to the same version, and
	 * {@code cache_control} whether a kept result will do; 0 is the server's own limit or
	 * level. {@code sequence_id}, {@code sequence_start} and {@code sequence_end} say its
	 * place in a sequence, of which models know nothing that keep no state; the id 0 is
	 * none. Parameters that are not known are ignored, as the protocol wants it.
	 * @param model the name of the model
	 * @param version the version, or {@code null} for the default one
	 * @param body what the caller sent
	 * @param routingKey what the carrier of the protocol says about the version, which
	 * counts more than the parameter, or {@code null} if it says nothing
	 * @param deadline when it arrived, and until when its caller waits, as the carrier of
	 * the protocol says
	 * @param cacheControl the directives for caches that the carrier has, or {@code null}
	 * @return the call
	 * @throws InvalidInput if a parameter makes no sense, or an output is asked for twice
	 */
	public static InferenceRequest of(String model, @Nullable Long version, InferenceRequestBody body,
			@Nullable String routingKey, Deadline deadline, @Nullable String cacheControl) {
		return InferenceRequest.builder(model, body.inputs())
			.version(version)
			.outputs(outputs(body.outputs()))
			.deadline(deadline.within(timeout(body.parameters())))
			.priority(priority(body.parameters()))
			.routingKey((routingKey != null) ? routingKey : routingKey(body.parameters()))
			.sequence(sequence(body.parameters()))
			.memory(body.memory())
			.cache(CacheUse.of(cacheControl).and(cacheUse(body.parameters())))
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

	private static @Nullable SequenceStep sequence(Map<String, Object> parameters) {
		boolean start = flag(parameters, SEQUENCE_START);
		boolean end = flag(parameters, SEQUENCE_END);
		Object id = parameters.getOrDefault(SEQUENCE_ID, "");
		boolean known = (id instanceof String text) ? text.length() <= SequenceStep.MAX_ID_LENGTH
				: (id instanceof Long number) ? number >= 0
						: id instanceof BigInteger large && large.signum() > 0 && large.compareTo(LARGEST_ID) <= 0;
		if (!known) {
			throw new InvalidInput(
					"parameter \"sequence_id\" is %s; a whole number from 1 to %d or a string of at most %d characters is needed"
						.formatted(Quoted.text(id), LARGEST_ID, SequenceStep.MAX_ID_LENGTH));
		}
		return (id.equals("") || id.equals(0L)) ? null : new SequenceStep(id.toString(), start, end);
	}

	private static boolean flag(Map<String, Object> parameters, String name) {
		Object flag = parameters.getOrDefault(name, false);
		if (flag instanceof Boolean value) {
			return value;
		}
		throw new InvalidInput("parameter \"%s\" is %s; true or false is needed".formatted(name, Quoted.text(flag)));
	}

	private static CacheUse cacheUse(Map<String, Object> parameters) {
		Object directives = parameters.get(CACHE_CONTROL);
		if (directives == null || directives instanceof String) {
			return CacheUse.of((String) directives);
		}
		throw new InvalidInput(
				"parameter \"cache_control\" is %s; a string is needed, such as \"no-cache\" or \"no-store\""
					.formatted(Quoted.text(directives)));
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
