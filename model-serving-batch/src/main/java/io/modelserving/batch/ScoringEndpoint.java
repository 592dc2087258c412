package io.modelserving.batch;

import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * Actuator endpoint of the jobs that are running.
 */
@Endpoint(id = "scoring")
final class ScoringEndpoint {

	private final ScoringJob job;

	ScoringEndpoint(ScoringJob job) {
		this.job = job;
	}

	@ReadOperation
	JobsDescriptor jobs() {
		return new JobsDescriptor(this.job.running().stream().map(ScoringEndpoint::describe).toList());
	}

	private static JobDescriptor describe(ScoringRun run) {
		ScoringProgress.Snapshot now = run.progress().snapshot();
		ScoringFiles files = run.plan().files();
		return new JobDescriptor(run.plan().target().name(), name(files.input()), name(files.output()),
				files.partition(), now.rows(), now.rejected(), now.fraction(), now.rowsPerSecond(),
				(now.remaining() != null) ? now.remaining().toSeconds() : null);
	}

	/** Paths are the operator's. */
	private static String name(Path path) {
		return String.valueOf(path.getFileName());
	}

	/**
	 * All jobs.
	 *
	 * @param jobs those that are running
	 */
	record JobsDescriptor(List<JobDescriptor> jobs) {
	}

	/**
	 * A job.
	 *
	 * @param target what scores the rows
	 * @param input the name of the input
	 * @param output the name of the output
	 * @param partition the part of the input
	 * @param rows the results that were written
	 * @param rejected the rows that were rejected
	 * @param fraction which part of the input was read, from 0 to 1
	 * @param rowsPerSecond the rows scored in a second
	 * @param remainingSeconds the time until the end, if it is known
	 */
	record JobDescriptor(String target, String input, String output, String partition, long rows, long rejected,
			double fraction, double rowsPerSecond, @Nullable Long remainingSeconds) {
	}

}
