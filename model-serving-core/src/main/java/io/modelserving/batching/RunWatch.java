package io.modelserving.batching;

import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

import io.modelserving.model.RunControl;

/**
 * Watches the runs of one instance: terminates a run when nobody waits for its results
 * any more, and reports the instance as hung if the run does not end within the grace.
 * <p>
 * Protocol: the thread of the instance begins and ends runs; any thread may ask for a
 * check whether the run under way is still wanted. The run is published before its calls
 * are checked, and a thread that completes a call early asks for the check after that, so
 * that one of the two checks sees that all are completed. Each run goes once from running
 * to terminated, from there to hung, and from any of them to ended.
 */
final class RunWatch<I, O> {

	private static final System.Logger logger = System.getLogger(RunWatch.class.getName());

	private final InstanceParts<I, O> parts;

	private final Runnable hung;

	private volatile @Nullable Run<I, O> current;

	private volatile boolean ending;

	/**
	 * Create a watch.
	 * @param hung is run, on the thread of the timer, when a run hangs
	 */
	RunWatch(InstanceParts<I, O> parts, Runnable hung) {
		this.parts = parts;
		this.hung = hung;
	}

	/**
	 * A run begins.
	 * @return ends it early
	 */
	RunControl begin(Batch<I, O> batch) {
		Run<I, O> run = new Run<>(batch);
		this.current = run;
		long now = this.parts.nanoTime().getAsLong();
		if (this.ending || batch.isUnwanted(now)) {
			terminate(run, now);
		}
		return run.control;
	}

	/**
	 * The run under way has ended.
	 */
	void end() {
		Run<I, O> run = this.current;
		this.current = null;
		if (run != null) {
			run.control.ended();
			if (run.state.getAndSet(State.ENDED) == State.HUNG) {
				logger.log(System.Logger.Level.WARNING, "a run of {0} that hung has ended", this.parts.name());
			}
		}
	}

	/**
	 * Terminate the run under way if nobody waits for its results any more.
	 * @param now the current nanosecond time
	 */
	void check(long now) {
		Run<I, O> run = this.current;
		if (run != null && run.state.get() == State.RUNNING && run.batch.isUnwanted(now)) {
			terminate(run, now);
		}
	}

	/**
	 * Terminate the run under way, and those that begin from now on.
	 */
	void terminate() {
		this.ending = true;
		Run<I, O> run = this.current;
		if (run != null) {
			terminate(run, this.parts.nanoTime().getAsLong());
		}
	}

	private void terminate(Run<I, O> run, long now) {
		if (run.state.compareAndSet(State.RUNNING, State.TERMINATED)) {
			this.parts.timer().schedule(this.parts.hangs().grace().toNanos(), () -> hang(run));
			run.control.terminate();
			this.parts.listener().terminated();
			warn(run, now);
		}
	}

	private void warn(Run<I, O> run, long now) {
		boolean late = run.batch.isLate(now);
		int before = (late || this.ending) ? this.parts.warnings().pass(now) : -1;
		if (before >= 0) {
			String reason = late ? "its last caller's deadline has passed" : "the grace period is over";
			logger.log(System.Logger.Level.WARNING, "a run of {0} with {1} rows is terminated, as {2}{3}",
					this.parts.name(), run.batch.rows(), reason,
					(before > 0) ? "; so were %d before it".formatted(before) : "");
		}
	}

	private void hang(Run<I, O> run) {
		if (run.state.compareAndSet(State.TERMINATED, State.HUNG)) {
			logger.log(System.Logger.Level.WARNING,
					"an instance of {0} hangs: its run with {1} rows has not ended within {2} ms of being terminated",
					this.parts.name(), run.batch.rows(), this.parts.hangs().grace().toMillis());
			this.parts.listener().hung();
			this.hung.run();
		}
	}

	/**
	 * Return the batch that is run.
	 * @return the batch, or {@code null} if none is
	 */
	@Nullable Batch<I, O> batch() {
		Run<I, O> run = this.current;
		return (run != null) ? run.batch : null;
	}

	private enum State {

		RUNNING, TERMINATED, HUNG, ENDED

	}

	private static final class Run<I, O> {

		private final Batch<I, O> batch;

		private final RunControl control;

		private final AtomicReference<State> state = new AtomicReference<>(State.RUNNING);

		private Run(Batch<I, O> batch) {
			this.batch = batch;
			this.control = new RunControl(batch.said());
		}

	}

}
