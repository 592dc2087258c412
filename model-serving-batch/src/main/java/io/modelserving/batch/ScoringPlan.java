package io.modelserving.batch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.modelserving.batch.RowReader.Position;

import tools.jackson.databind.json.JsonMapper;

/**
 * What a job is going to do.
 *
 * @param settings how it was set
 * @param files what it reads and writes
 * @param target what scores the rows
 * @param fingerprint that of the input
 * @param delimiter the character between the columns of the input, and of the output
 * @param inputColumns the columns of the input, if it has any
 * @param maxChunkSize the most rows that are kept in memory at once
 * @param mapper the application's mapper
 */
record ScoringPlan(ScoringSettings settings, ScoringFiles files, ScoringTarget target, String fingerprint,
		char delimiter, List<String> inputColumns, int maxChunkSize, JsonMapper mapper) {

	int chunkSize() {
		Integer set = this.settings.chunkSize();
		return (set != null) ? set : Math.min(this.target.scorer().chunkSize(), this.maxChunkSize);
	}

	/**
	 * Compare with earlier runs, and make way for the first one.
	 * @return whether nothing is left to do
	 * @throws InvalidScoringException if another run is in the way
	 */
	boolean checkEarlier(EarlierRuns.State earlier) throws IOException {
		if (earlier.overtaken()) {
			throw new InvalidScoringException(
					"Another run has written %s since this one ended.".formatted(this.files.output()),
					"Set model-serving.batch.run to another name to begin anew.");
		}
		boolean same = this.fingerprint.equals(earlier.fingerprint());
		if (earlier.complete()) {
			if (same && Files.exists(this.files.output())) {
				return true;
			}
			throw new InvalidScoringException(
					"The job was completed before, %s."
						.formatted(same ? "but its output %s is gone".formatted(this.files.output())
								: "over another content of the input"),
					"Set model-serving.batch.run to another name to begin anew.");
		}
		if (earlier.begun()) {
			if (earlier.fingerprint() != null && !same) {
				throw new InvalidScoringException(
						"The input %s was changed since the job ended behind %d rows: its size and digest were %s and are %s."
							.formatted(this.files.input(), earlier.rows() + earlier.rejected(), earlier.fingerprint(),
									this.fingerprint),
						"Put the input back to go on, or set model-serving.batch.run to another name to begin anew.");
			}
			if (earlier.layout() != null && !earlier.layout().equals(lines().layout())) {
				throw new InvalidScoringException(
						"The output %s was begun as %s, and would go on as %s.".formatted(this.files.output(),
								earlier.layout(), lines().layout()),
						"Set the job as it was to go on, or set model-serving.batch.run to another name to begin anew.");
			}
			return false;
		}
		for (Path file : List.of(this.files.output(), this.files.rejected())) {
			if (Files.exists(file) && !this.settings.overwrite()) {
				throw new InvalidScoringException("%s exists already, and not from this run.".formatted(file),
						"Name another output, remove it, or set model-serving.batch.overwrite to true.");
			}
			Files.deleteIfExists(file);
		}
		return false;
	}

	RowItemReader reader(ScoringProgress progress) {
		return new RowItemReader(this::open, this.fingerprint, progress);
	}

	private RowReader open(Position position) throws IOException {
		return this.files.open(this.delimiter, position);
	}

	ResultItemWriter writer(ScoringProgress progress) {
		return new ResultItemWriter(this.files.output(), this.files.rejected(), lines(), this.settings.skipLimit(),
				this.settings.ordered(), progress);
	}

	private ResultLines lines() {
		return new ResultLines(this.files.outputFormat(), this.files.inputFormat().place(), this.settings.withInput(),
				this.inputColumns, this.target.columns(), ScoringPlans.delimiter(this.files.output(), this.settings),
				this.mapper);
	}

	/**
	 * Return the plan in words.
	 */
	String describe() {
		return "%s%s with %s".formatted(this.files.input(),
				(this.files.part().count() > 1) ? ", part " + this.files.partition() : "", this.target.name());
	}

}
