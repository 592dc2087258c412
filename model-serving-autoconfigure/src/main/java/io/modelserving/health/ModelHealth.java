package io.modelserving.health;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import io.modelserving.model.ModelState;
import io.modelserving.serving.ModelDetails;
import io.modelserving.serving.ModelSnapshot;

/**
 * Turns the states of a model's versions into its health. A version that is being
 * unloaded, or that an operator has disabled, counts only if no other exists; an optional
 * version counts only if no required one exists.
 */
final class ModelHealth {

	private ModelHealth() {
	}

	/**
	 * Return the health of a model.
	 * @param versions its versions, at least one
	 * @return {@code UP} if all are ready, {@code DOWN} if one has failed, otherwise
	 * {@code OUT_OF_SERVICE}; with a reason unless it is {@code UP}, which has nothing
	 * internal, as probes are asked by anybody
	 */
	static Health of(List<ModelSnapshot> versions) {
		List<ModelSnapshot> staying = versions.stream().filter((version) -> !isOut(version)).toList();
		List<ModelSnapshot> counted = counted(staying.isEmpty() ? versions : staying);
		Health.Builder health = Health
			.status(counted.stream().map(ModelHealth::status).reduce(ModelHealth::worse).orElse(Status.UNKNOWN));
		String reason = reason(counted);
		if (!reason.isEmpty()) {
			health.withDetail("reason", reason);
		}
		Map<String, Object> details = new LinkedHashMap<>();
		versions.forEach((version) -> details.put(Long.toString(version.key().version()), describe(version)));
		return health.withDetail("versions", details).build();
	}

	private static List<ModelSnapshot> counted(List<ModelSnapshot> versions) {
		List<ModelSnapshot> required = versions.stream().filter((version) -> version.status().required()).toList();
		return required.isEmpty() ? versions : required;
	}

	private static boolean isOut(ModelSnapshot version) {
		ModelState state = version.status().state();
		return state == ModelState.DRAINING || state == ModelState.UNLOADED || !version.status().enabled();
	}

	private static Status status(ModelSnapshot version) {
		return switch (version.status().state()) {
			case READY ->
				!version.status().enabled() ? Status.OUT_OF_SERVICE : isHung(version) ? Status.DOWN : Status.UP;
			case FAILED -> Status.DOWN;
			case LOADING, WARMING, DRAINING, UNLOADED -> Status.OUT_OF_SERVICE;
		};
	}

	/** Return whether no instance is left that could serve a call. */
	private static boolean isHung(ModelSnapshot version) {
		return version.batcher().hungInstances() > 0 && version.batcher().instances() == 0;
	}

	private static Status worse(Status one, Status other) {
		if (one.equals(Status.DOWN) || other.equals(Status.DOWN)) {
			return Status.DOWN;
		}
		return one.equals(Status.UP) ? other : one;
	}

	private static String reason(List<ModelSnapshot> versions) {
		return String.join("; ",
				versions.stream()
					.filter((version) -> !version.status().isAvailable() || isHung(version))
					.map((version) -> version.status().isAvailable()
							? "all instances of %s hang: their runs do not end".formatted(version.key())
							: "%s is %s".formatted(version.key(), version.status().describePublicly()))
					.toList());
	}

	private static Map<String, Object> describe(ModelSnapshot version) {
		Map<String, Object> description = new LinkedHashMap<>();
		description.put("state", version.status().state().name());
		description.put("since", version.status().since().toString());
		description.put("required", version.status().required());
		if (!version.status().enabled()) {
			description.put("enabled", false);
		}
		ModelDetails details = version.details();
		if (details != null && version.status().state() == ModelState.READY) {
			description.put("instances", details.instances());
			description.put("maxBatchSize", details.plan().maxBatchSize());
		}
		if (version.batcher().hungInstances() > 0) {
			description.put("hungInstances", version.batcher().hungInstances());
		}
		return description;
	}

}
