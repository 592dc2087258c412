package io.modelserving.batch;

import org.jspecify.annotations.Nullable;

import org.springframework.batch.core.listener.StepExecutionListener;
import org.springframework.batch.core.step.StepExecution;

/**
 * A job that is running. Any thread may stop it.
 */
final class ScoringRun implements StepExecutionListener {

	private final ScoringPlan plan;

	private final ScoringProgress progress;

	private @Nullable StepExecution step;

	private boolean stopped;

	ScoringRun(ScoringPlan plan, ScoringProgress progress) {
		this.plan = plan;
		this.progress = progress;
	}

	ScoringPlan plan() {
		return this.plan;
	}

	ScoringProgress progress() {
		return this.progress;
	}

	@Override
	public synchronized void beforeStep(StepExecution stepExecution) {
		this.step = stepExecution;
		if (this.stopped) {
			stepExecution.setTerminateOnly();
		}
	}

	/**
	 * Have the job end behind the chunk that it is at.
	 */
	synchronized void stop() {
		this.stopped = true;
		if (this.step != null) {
			this.step.setTerminateOnly();
		}
	}

}
