package io.modelserving.batching;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

/**
 * Threads that complete results and run what depends on them, which may block: where a
 * result waits too long for a thread, threads are added.
 * <p>
 * Protocol: a submission that has to wait schedules a check of the queue, of which at
 * most one is pending. The check is repeated while tasks wait, and doubles the threads if
 * the first task is the same as at the check before; once none waits, the number of
 * threads is that of the beginning again. Threads end when they are idle. Thread-safe.
 */
final class CompletionThreads implements Executor {

	/** The most threads: each holds a result that somebody waits for. */
	static final int MOST = 256;

	/** A result waits no longer for a thread than two of these. */
	static final Duration LOOK = Duration.ofMillis(10);

	private final int fewest;

	private final DeadlineTimer timer;

	private final ThreadPoolExecutor threads;

	private final AtomicBoolean looking = new AtomicBoolean();

	private volatile @Nullable Runnable first;

	CompletionThreads(String name, int fewest, DeadlineTimer timer) {
		this.fewest = fewest;
		this.timer = timer;
		this.threads = new ThreadPoolExecutor(fewest, MOST, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
			Thread thread = new Thread(task, name);
			thread.setDaemon(true);
			return thread;
		});
		this.threads.allowCoreThreadTimeOut(true);
	}

	@Override
	public void execute(Runnable task) {
		this.threads.execute(task);
		lookLater();
	}

	private void lookLater() {
		if (!this.threads.getQueue().isEmpty() && this.looking.compareAndSet(false, true)) {
			this.timer.schedule(LOOK.toNanos(), this::look);
		}
	}

	private void look() {
		Runnable waiting = this.threads.getQueue().peek();
		int now = this.threads.getCorePoolSize();
		if (waiting == null) {
			this.threads.setCorePoolSize(this.fewest);
		}
		else if (waiting == this.first) {
			this.threads.setCorePoolSize(Math.min(MOST, 2 * now));
		}
		this.first = waiting;
		this.looking.set(false);
		lookLater();
	}

	int size() {
		return this.threads.getCorePoolSize();
	}

	/**
	 * Take no more tasks; those handed in are still run.
	 */
	void close() {
		this.threads.shutdown();
	}

}
