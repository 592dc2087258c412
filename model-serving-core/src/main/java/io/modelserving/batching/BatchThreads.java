package io.modelserving.batching;

import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/**
 * The threads on which calls end, whatever else the application does: one for deadlines,
 * and some that complete results. Code of the application never runs on the thread for
 * deadlines. Threads are started when they are first needed. Thread-safe.
 */
public final class BatchThreads implements AutoCloseable {

	private final ScheduledThreadPoolExecutor deadlines;

	private final DeadlineTimer timer;

	private final CompletionThreads completionExecutor;

	/**
	 * Create threads.
	 * @param name the beginning of their names
	 * @param cores the number of cores, on which depends how many results are completed
	 * at once unless they block
	 */
	public BatchThreads(String name, int cores) {
		this.deadlines = new ScheduledThreadPoolExecutor(1, task -> {
			Thread thread = new Thread(task, name + "-deadlines");
			thread.setDaemon(true);
			return thread;
		});
		this.deadlines.setRemoveOnCancelPolicy(true);
		this.timer = DeadlineTimer.of(this.deadlines);
		this.completionExecutor = new CompletionThreads(name + "-completion", Math.max(2, cores), this.timer);
	}

	/**
	 * Return the timer for deadlines.
	 */
	public DeadlineTimer timer() {
		return this.timer;
	}

	/**
	 * Return the executor on which results are completed.
	 */
	public Executor completionExecutor() {
		return this.completionExecutor;
	}

	/**
	 * End the threads. What was handed in is still completed; deadlines pass unseen from
	 * now on.
	 */
	@Override
	public void close() {
		this.deadlines.shutdownNow();
		this.completionExecutor.close();
	}

}
