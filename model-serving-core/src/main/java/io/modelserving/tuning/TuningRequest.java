package io.modelserving.tuning;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What an operator wants to know.
 *
 * @param objective the time below which the 99th percentile of a request is to stay, or
 * {@code null} for the most rows a second whatever it takes
 * @param duration the time that tuning may take, apart from a measurement under way
 * @param concurrency the number of requests in flight, or {@code null} for as many as
 * keep every instance busy while the next batch waits
 * @param rows the number of rows of each request
 * @param maxBatchSize the most rows of a batch to try, or {@code null} for as many as
 * warm-up looks at
 * @param instances the numbers of instances to try, empty for those that suit the cores
 * @param intraOpThreads the numbers of threads to try, empty for those that suit the
 * cores
 * @param batchSizes the batch sizes to try, empty for the powers of two
 */
public record TuningRequest(@Nullable Duration objective, Duration duration, @Nullable Integer concurrency, int rows,
		@Nullable Integer maxBatchSize, List<Integer> instances, List<Integer> intraOpThreads,
		List<Integer> batchSizes) {

	/** The time that tuning takes at most by default. */
	public static final Duration DEFAULT_DURATION = Duration.ofSeconds(30);

	private static final Duration LEAST_DURATION = Duration.ofSeconds(1);

	private static final Duration MOST_DURATION = Duration.ofMinutes(10);

	private static final int MOST_CONCURRENCY = 4096;

	private static final int MOST_ROWS = 1024;

	private static final int MOST_BATCH_SIZE = 65536;

	private static final int MOST_PARALLEL = 256;

	private static final int LONGEST_LIST = 16;

	/**
	 * Create a request.
	 * @throws IllegalArgumentException if a part is out of its bounds; the message names
	 * it
	 */
	public TuningRequest {
		instances = List.copyOf(instances);
		intraOpThreads = List.copyOf(intraOpThreads);
		batchSizes = List.copyOf(batchSizes);
		if (objective != null && (objective.isNegative() || objective.isZero())) {
			throw new IllegalArgumentException("objective is %s; it must be longer than 0".formatted(objective));
		}
		if (duration.compareTo(LEAST_DURATION) < 0 || duration.compareTo(MOST_DURATION) > 0) {
			throw new IllegalArgumentException(
					"duration is %s; it must be between %s and %s".formatted(duration, LEAST_DURATION, MOST_DURATION));
		}
		if (concurrency != null) {
			within("concurrency", concurrency, MOST_CONCURRENCY);
		}
		within("rows", rows, MOST_ROWS);
		if (maxBatchSize != null) {
			within("maxBatchSize", maxBatchSize, MOST_BATCH_SIZE);
		}
		within("instances", instances, MOST_PARALLEL);
		within("intraOpThreads", intraOpThreads, MOST_PARALLEL);
		within("batchSizes", batchSizes, MOST_BATCH_SIZE);
	}

	private static void within(String name, List<Integer> values, int most) {
		if (values.size() > LONGEST_LIST) {
			throw new IllegalArgumentException(
					"%s has %d values; it may have at most %d".formatted(name, values.size(), LONGEST_LIST));
		}
		values.forEach(value -> within(name, value, most));
	}

	private static void within(String name, int value, int most) {
		if (value < 1 || value > most) {
			throw new IllegalArgumentException("%s is %d; it must be between 1 and %d".formatted(name, value, most));
		}
	}

	/**
	 * Return a request for the most rows a second.
	 * @return the request
	 */
	public static TuningRequest defaults() {
		return new TuningRequest(null, DEFAULT_DURATION, null, 1, null, List.of(), List.of(), List.of());
	}

}
