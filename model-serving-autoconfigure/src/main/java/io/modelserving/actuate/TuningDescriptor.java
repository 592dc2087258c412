package io.modelserving.actuate;

import java.time.Instant;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

import io.modelserving.tuning.TuningStatus;
import io.modelserving.tuning.Candidate;
import io.modelserving.tuning.Figures;
import io.modelserving.tuning.TuningResult;

/**
 * The progress of the tuning of a model, and what it has found.
 *
 * @param model the name of the model
 * @param version the version
 * @param state whether it goes on, or how it has ended
 * @param since when it was begun
 * @param step the number of the step under way
 * @param steps the number of steps, as far as is known
 * @param doing the step in words, or why it ended without a result
 * @param result what was found, or {@code null} unless it is done
 */
record TuningDescriptor(String model, long version, String state, Instant since, int step, int steps, String doing,
		@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Result result) {

	static TuningDescriptor of(TuningStatus status) {
		return new TuningDescriptor(status.key().name(), status.key().version(), status.state().name(), status.since(),
				status.step(), status.steps(), status.doing(),
				(status.result() != null) ? Result.of(status.result()) : null);
	}

	/**
	 * What was found.
	 *
	 * @param best the settings to keep
	 * @param current the settings in force while it was measured
	 * @param gain how many more rows a second the best completes, as a share of those of
	 * the current, or {@code null} if that is not known
	 * @param reason why it is the best
	 * @param notes what limited the choice
	 * @param yaml the configuration to keep
	 * @param candidates what was tried
	 */
	record Result(Settings best, Settings current, @Nullable Double gain, String reason, List<String> notes,
			String yaml, List<Tried> candidates) {

		static Result of(TuningResult result) {
			return new Result(Settings.of(result.best()), Settings.of(result.current()),
					(result.gain() != null) ? Double.valueOf(rounded(result.gain(), 1000)) : null, result.reason(),
					result.notes(), result.yaml(), result.entries().stream().map(Tried::of).toList());
		}

	}

	/**
	 * Settings that can be chosen.
	 *
	 * @param instances the number of instances on each device
	 * @param intraOpThreads the threads that share the work of one operator
	 * @param maxBatchSize the most rows of a batch
	 */
	record Settings(int instances, int intraOpThreads, int maxBatchSize) {

		static Settings of(Candidate candidate) {
			return new Settings(candidate.instances(), candidate.intraOpThreads(), candidate.maxBatchSize());
		}

	}

	/**
	 * A candidate. Its figures are {@code null} if it was not tried.
	 *
	 * @param instances the number of instances on each device
	 * @param intraOpThreads the threads that share the work of one operator
	 * @param maxBatchSize the most rows of a batch
	 * @param rowsPerSecond the rows completed in a second
	 * @param p50Micros the median time of a request, in microseconds
	 * @param p99Micros the 99th percentile of the same
	 * @param meanBatchRows the rows of a batch, on average
	 * @param requests the number of requests that the figures are of
	 * @param rounds how often it was measured
	 * @param note why it was not tried, empty if it was
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	record Tried(int instances, int intraOpThreads, int maxBatchSize, @Nullable Double rowsPerSecond,
			@Nullable Double p50Micros, @Nullable Double p99Micros, @Nullable Double meanBatchRows,
			@Nullable Long requests, int rounds, String note) {

		static Tried of(TuningResult.Entry entry) {
			Candidate candidate = entry.candidate();
			Figures figures = entry.figures();
			if (figures == null) {
				return new Tried(candidate.instances(), candidate.intraOpThreads(), candidate.maxBatchSize(), null,
						null, null, null, null, entry.rounds(), entry.note());
			}
			return new Tried(candidate.instances(), candidate.intraOpThreads(), candidate.maxBatchSize(),
					rounded(figures.rowsPerSecond(), 10), rounded(figures.medianNanos() / 1000.0, 10),
					rounded(figures.p99Nanos() / 1000.0, 10), rounded(figures.meanBatchRows(), 10), figures.requests(),
					entry.rounds(), entry.note());
		}

	}

	private static double rounded(double value, int parts) {
		return (double) Math.round(value * parts) / parts;
	}

}
