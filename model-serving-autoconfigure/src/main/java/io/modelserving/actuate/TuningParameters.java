package io.modelserving.actuate;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.modelserving.tuning.TuningRequest;

/**
 * Reads what an operator wants to know of the settings of a model. Pure.
 */
final class TuningParameters {

	private TuningParameters() {
	}

	/**
	 * Read.
	 * @throws IllegalArgumentException if a parameter makes no sense; the message names
	 * it
	 */
	static TuningRequest read(ManagementParameters given) {
		TuningRequest defaults = TuningRequest.defaults();
		return new TuningRequest(given.has("objective") ? given.duration("objective", defaults.duration()) : null,
				given.duration("duration", defaults.duration()), number(given, "concurrency"),
				given.integer("rows", defaults.rows()), number(given, "maxBatchSize"), list(given, "instances"),
				list(given, "intraOpThreads"), list(given, "batchSizes"));
	}

	private static @Nullable Integer number(ManagementParameters given, String name) {
		return given.has(name) ? Integer.valueOf(given.integer(name, 0)) : null;
	}

	private static List<Integer> list(ManagementParameters given, String name) {
		return given.has(name) ? given.integers(name) : List.of();
	}

}
