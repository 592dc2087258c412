package io.modelserving.autoconfigure;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;

import io.modelserving.repository.RepositoryPoller;

/**
 * Looks at the repository again and again while the application runs, on a thread of its
 * own.
 */
final class RepositoryPolling implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(RepositoryPolling.class);

	/** A look that is interrupted ends soon. */
	private static final Duration PATIENCE = Duration.ofSeconds(5);

	private final RepositoryPoller poller;

	private final Duration interval;

	private @Nullable ScheduledThreadPoolExecutor executor;

	RepositoryPolling(RepositoryPoller poller, Duration interval) {
		this.poller = poller;
		this.interval = interval;
	}

	@Override
	public synchronized void start() {
		if (this.executor == null) {
			this.executor = new ScheduledThreadPoolExecutor(1, (task) -> {
				Thread thread = new Thread(task, "model-repository-poll");
				thread.setDaemon(true);
				return thread;
			});
			this.executor.scheduleWithFixedDelay(this::poll, this.interval.toNanos(), this.interval.toNanos(),
					TimeUnit.NANOSECONDS);
		}
	}

	private void poll() {
		try {
			this.poller.poll();
		}
		catch (RuntimeException ex) {
			logger.error("The model repository could not be checked", ex);
		}
	}

	/** What looks at the moment ends before the models and their files do. */
	@Override
	public synchronized void stop() {
		if (this.executor != null) {
			this.executor.shutdownNow();
			try {
				this.executor.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			this.executor = null;
		}
	}

	@Override
	public synchronized boolean isRunning() {
		return this.executor != null;
	}

}
