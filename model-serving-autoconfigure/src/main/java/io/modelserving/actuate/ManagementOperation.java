package io.modelserving.actuate;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

import io.modelserving.model.Quoted;

/**
 * What an operator can do to a model.
 */
public enum ManagementOperation {

	/** Load a model from the repository, or load it again from its current files. */
	LOAD,

	/** Load versions again from where they came from. */
	RELOAD,

	/** Finish what versions have accepted, and free their memory. */
	UNLOAD,

	/** Have versions take calls again. */
	ENABLE,

	/** Have versions reject calls, while they stay loaded. */
	DISABLE,

	/** Run more or fewer batches at once. */
	SCALE("instances"),

	/** Batch by other limits. */
	LIMITS("maxBatchSize", "maxQueueDelay", "queueCapacity"),

	/** Drop the results that are kept. */
	CLEAR_CACHE,

	/** Set which version gets the calls that name none. */
	TRAFFIC("defaultVersion", "weights", "shadow", "shadowShare", "shadowTolerance", "stickyHeader", "labels",
			"rollback", "rollbackTo", "rollbackWindow", "rollbackMinimumCalls", "rollbackFailureRatio"),

	/** Find out which settings are best on this machine. */
	TUNE(true, "objective", "duration", "concurrency", "rows", "maxBatchSize", "instances", "intraOpThreads",
			"batchSizes"),

	/** End the tuning under way. */
	CANCEL_TUNING;

	private final boolean parametersOptional;

	private final List<String> parameters;

	ManagementOperation(String... parameters) {
		this(false, parameters);
	}

	ManagementOperation(boolean parametersOptional, String... parameters) {
		this.parametersOptional = parametersOptional;
		this.parameters = List.of(parameters);
	}

	/**
	 * Return the operation of a name.
	 * @param name the name, in any case
	 * @return the operation
	 * @throws IllegalArgumentException if there is none; the message lists those there
	 * are
	 */
	static ManagementOperation of(String name) {
		return Arrays.stream(values())
			.filter((operation) -> operation.toString().equalsIgnoreCase(name))
			.findFirst()
			.orElseThrow(
					() -> new IllegalArgumentException("unknown operation %s; there are %s".formatted(Quoted.name(name),
							String.join(", ", Arrays.stream(values()).map(ManagementOperation::toString).toList()))));
	}

	/**
	 * Check that parameters mean something to the operation.
	 * @param given their names
	 * @throws IllegalArgumentException if one does not, or if one is needed and there is
	 * none
	 */
	void check(Set<String> given) {
		Set<String> unknown = new TreeSet<>(given);
		this.parameters.forEach(unknown::remove);
		if (!unknown.isEmpty()) {
			throw new IllegalArgumentException("%s: no parameter \"%s\"; there %s".formatted(this,
					unknown.iterator().next(), this.parameters.isEmpty() ? "is only version" : "are " + list()));
		}
		if (given.isEmpty() && !this.parameters.isEmpty() && !this.parametersOptional) {
			throw new IllegalArgumentException("%s: nothing is to be changed; give %s%s".formatted(this,
					(this.parameters.size() > 1) ? "one of " : "", list()));
		}
	}

	private String list() {
		return String.join(", ", this.parameters);
	}

	/**
	 * Return the name as operators write it.
	 */
	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
