package io.modelserving.batch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.configuration.support.MapJobRegistry;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.JobExecutionException;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.batch.core.launch.support.TaskExecutorJobOperator;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.job.parameters.JobParametersBuilder;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.item.ItemProcessor;
import org.springframework.core.task.SyncTaskExecutor;

import io.modelserving.batch.ScoringProgress.Snapshot;
import io.modelserving.model.ModelState;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelSnapshot;

/**
 * Scores a file or a folder with a handler, a model or a pipeline, in a job of Spring
 * Batch. A job that was ended, by whatever, goes on behind the last chunk that was
 * committed when it is run again: no row is missing and none is there twice. Thread-safe;
 * several jobs may run at once, with an output each.
 */
public final class ScoringJob {

	private static final Logger logger = LoggerFactory.getLogger(ScoringJob.class);

	static final String STEP = "score";

	static final String OUTPUT = "output";

	private static final String NAME = "scoring";

	private static final Duration TICK = Duration.ofMillis(20);

	private final ScoringPlans plans;

	private final ModelRegistry registry;

	private final JobStores stores;

	private final ProgressReport.Factory reports;

	private final List<ScoringRun> running = new CopyOnWriteArrayList<>();

	private volatile boolean stopping;

	ScoringJob(ScoringPlans plans, ModelRegistry registry, JobStores stores, ProgressReport.Factory reports) {
		this.plans = plans;
		this.registry = registry;
		this.stores = stores;
		this.reports = reports;
	}

	/**
	 * Score, on this thread, until all is done. Waits for the models to be ready first.
	 * @param settings what is scored, with what, and where the results go
	 * @return what was done
	 * @throws InvalidScoringException if it cannot begin as it is set
	 * @throws ScoringFailedException if it has ended before the end of the input; run
	 * again, it goes on where it was
	 */
	@SuppressWarnings("try")
	public ScoringResult run(ScoringSettings settings) {
		ScoringFiles files = ScoringFiles.of(settings);
		awaitReady(this.plans.models(settings));
		try (OutputLock lock = OutputLock.take(files.output()); JobStore store = this.stores.open(files.output())) {
			ScoringPlan plan = this.plans.plan(settings, files);
			return run(plan, new EarlierRuns(store.repository(), NAME), store);
		}
		catch (IOException | UncheckedIOException ex) {
			throw new ScoringFailedException("The files of the job cannot be read or written: " + ex, ex);
		}
	}

	private void awaitReady(List<String> models) {
		for (String model : models) {
			Optional<ModelSnapshot> snapshot = this.registry.find(model);
			while (snapshot.isPresent() && snapshot.get().status().state() != ModelState.READY) {
				if (snapshot.get().status().state() == ModelState.FAILED) {
					throw new ScoringFailedException("The model %s cannot be served: %s".formatted(snapshot.get().key(),
							snapshot.get().status().failure()), null);
				}
				LockSupport.parkNanos(TICK.toNanos());
				if (this.stopping || Thread.currentThread().isInterrupted()) {
					throw new ScoringFailedException(
							"The application ends before the model %s is ready".formatted(snapshot.get().key()), null);
				}
				snapshot = this.registry.find(model);
			}
		}
	}

	@SuppressWarnings("try")
	private ScoringResult run(ScoringPlan plan, EarlierRuns earlier, JobStore store) throws IOException {
		JobParameters parameters = parameters(plan);
		EarlierRuns.State state = earlier.find(parameters);
		if (plan.checkEarlier(state)) {
			logger.info("{} was scored before, into {}: nothing is left to do", plan.files().input(),
					plan.files().output());
			return new ScoringResult(state.rows(), state.rejected(), plan.files().output(), plan.files().rejected());
		}
		earlier.recover(parameters);
		ScoringProgress progress = new ScoringProgress(System::nanoTime);
		ScoringRun run = new ScoringRun(plan, progress);
		Job job = new JobBuilder(NAME, store.repository()).start(step(plan, run, store)).build();
		this.running.add(run);
		try (ProgressReport report = this.reports.start(plan, progress)) {
			if (this.stopping) {
				run.stop();
			}
			return result(plan, operator(store.repository()).start(job, parameters), progress.snapshot());
		}
		catch (JobExecutionException ex) {
			throw new ScoringFailedException("The job cannot start: " + ex.getMessage(), ex);
		}
		finally {
			this.running.remove(run);
		}
	}

	private static JobOperator operator(JobRepository repository) {
		TaskExecutorJobOperator operator = new TaskExecutorJobOperator();
		operator.setJobRepository(repository);
		operator.setJobRegistry(new MapJobRegistry());
		operator.setTaskExecutor(new SyncTaskExecutor());
		return operator;
	}

	private static JobParameters parameters(ScoringPlan plan) {
		return new JobParametersBuilder().addString("target", plan.target().name())
			.addString("input", plan.files().input().toString())
			.addString(OUTPUT, plan.files().output().toString())
			.addString("partition", plan.files().partition())
			.addString("run", plan.settings().run())
			.toJobParameters();
	}

	private static Step step(ScoringPlan plan, ScoringRun run, JobStore store) {
		ItemProcessor<Row, Scored<Row, Object>> scoring = plan.target().scorer().processor();
		return new StepBuilder(STEP, store.repository()).<Row, Scored<Row, Object>>chunk(plan.chunkSize())
			.transactionManager(store.transactions())
			.reader(plan.reader(run.progress()))
			.processor((row) -> {
				Scored<Row, Object> scored = scoring.process(row);
				if (scored != null) {
					scored.whenDone(run.progress()::scored);
				}
				return scored;
			})
			.writer(plan.writer(run.progress()))
			.listener(run)
			.build();
	}

	private static ScoringResult result(ScoringPlan plan, JobExecution execution, Snapshot done) throws IOException {
		if (execution.getStatus() == BatchStatus.COMPLETED) {
			if (done.rejected() == 0) {
				Files.deleteIfExists(plan.files().rejected());
			}
			logger.info("{} was scored into {}: {}", plan.files().input(), plan.files().output(), done);
			return new ScoringResult(done.rows(), done.rejected(), plan.files().output(), plan.files().rejected());
		}
		String restart = "; run again, it goes on behind the last chunk that was committed";
		if (execution.getStatus() == BatchStatus.STOPPED) {
			String message = "The job was stopped after %d rows%s".formatted(done.rows(), restart);
			// a process that is ended says no more
			logger.warn(message);
			throw new ScoringFailedException(message, null);
		}
		Throwable cause = execution.getAllFailureExceptions().stream().findFirst().orElse(null);
		Throwable root = cause;
		while (root != null && root.getCause() != null) {
			root = root.getCause();
		}
		if (root instanceof InvalidScoringException invalid) {
			throw invalid;
		}
		throw new ScoringFailedException("The job failed after %d rows: %s%s".formatted(done.rows(),
				(root != null) ? (root.getMessage() != null) ? root.getMessage() : root.toString() : "", restart),
				cause);
	}

	/**
	 * Return the jobs that are running.
	 */
	List<ScoringRun> running() {
		return List.copyOf(this.running);
	}

	/**
	 * Have all jobs end behind their chunk, and wait until they have.
	 */
	void stop(Duration patience) {
		this.stopping = true;
		this.running.forEach(ScoringRun::stop);
		long end = System.nanoTime() + patience.toNanos();
		while (!this.running.isEmpty() && System.nanoTime() < end) {
			LockSupport.parkNanos(TICK.toNanos());
		}
	}

}
