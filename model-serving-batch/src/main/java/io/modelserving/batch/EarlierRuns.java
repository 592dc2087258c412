package io.modelserving.batch;

import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.JobInstance;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.infrastructure.item.ExecutionContext;

/**
 * What the job repository knows of earlier runs of a job.
 */
final class EarlierRuns {

	/** The latest of so many jobs are looked at. */
	private static final int MAX_INSTANCES = 1000;

	private final JobRepository repository;

	private final String job;

	EarlierRuns(JobRepository repository, String job) {
		this.repository = repository;
		this.job = job;
	}

	/**
	 * Find how far a job is.
	 * @param parameters what it is known by
	 */
	State find(JobParameters parameters) {
		JobInstance instance = this.repository.getJobInstance(this.job, parameters);
		JobExecution last = (instance != null) ? this.repository.getLastJobExecution(instance) : null;
		if (instance == null || last == null) {
			return new State(false, false, false, null, null, 0, 0);
		}
		StepExecution step = this.repository.getLastStepExecution(instance, ScoringJob.STEP);
		ExecutionContext context = (step != null) ? step.getExecutionContext() : new ExecutionContext();
		return new State(true, last.getStatus() == BatchStatus.COMPLETED, isOvertaken(instance, last),
				text(context, RowItemReader.FINGERPRINT), text(context, ResultItemWriter.LAYOUT),
				context.getLong(ResultItemWriter.ROWS, 0), context.getLong(ResultItemWriter.REJECTED, 0));
	}

	/** Another run has written the output since, which it may if it overwrites. */
	private boolean isOvertaken(JobInstance instance, JobExecution last) {
		String output = last.getJobParameters().getString(ScoringJob.OUTPUT);
		for (JobInstance other : this.repository.getJobInstances(this.job, 0, MAX_INSTANCES)) {
			JobExecution execution = (other.getId() != instance.getId()) ? this.repository.getLastJobExecution(other)
					: null;
			if (execution != null && execution.getId() > last.getId()
					&& Objects.equals(execution.getJobParameters().getString(ScoringJob.OUTPUT), output)) {
				return true;
			}
		}
		return false;
	}

	private static @Nullable String text(ExecutionContext context, String key) {
		return context.containsKey(key) ? context.getString(key) : null;
	}

	/**
	 * Note that what seems to run was ended with its process. Nobody else may be at the
	 * job.
	 * @param parameters what it is known by
	 */
	void recover(JobParameters parameters) {
		JobInstance instance = this.repository.getJobInstance(this.job, parameters);
		if (instance == null) {
			return;
		}
		for (JobExecution execution : this.repository.getJobExecutions(instance)) {
			for (StepExecution step : execution.getStepExecutions()) {
				if (isOpen(step.getStatus())) {
					step.setStatus(BatchStatus.FAILED);
					step.setEndTime(LocalDateTime.now(ZoneId.systemDefault()));
					this.repository.update(step);
				}
			}
			if (isOpen(execution.getStatus())) {
				execution.setStatus(BatchStatus.FAILED);
				execution.setEndTime(LocalDateTime.now(ZoneId.systemDefault()));
				this.repository.update(execution);
			}
		}
	}

	/**
	 * The state is unknown where a database went away for a while; what is committed is
	 * right all the same.
	 */
	private static boolean isOpen(BatchStatus status) {
		return status.isRunning() || status == BatchStatus.UNKNOWN;
	}

	/**
	 * How far a job is.
	 *
	 * @param begun whether it was ever begun
	 * @param complete whether it is at the end of its input
	 * @param overtaken whether another run has written its output since
	 * @param fingerprint that of its input, {@code null} if nothing was committed
	 * @param layout that of its output, {@code null} if nothing was committed
	 * @param rows the results that were committed
	 * @param rejected the rejected rows that were committed
	 */
	record State(boolean begun, boolean complete, boolean overtaken, @Nullable String fingerprint,
			@Nullable String layout, long rows, long rejected) {
	}

}
