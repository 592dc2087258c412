package io.modelserving.batch;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs every few seconds how far a job is, and draws a bar on a terminal.
 */
final class ProgressReport implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(ProgressReport.class);

	private final ScheduledExecutorService timer;

	private final Terminal terminal;

	private ProgressReport(ScheduledExecutorService timer, Terminal terminal) {
		this.timer = timer;
		this.terminal = terminal;
	}

	@SuppressWarnings("FutureReturnValueIgnored") // it ends with the timer
	static ProgressReport start(ScoringPlan plan, ScoringProgress progress, Terminal terminal) {
		ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor((task) -> {
			Thread thread = new Thread(task, "scoring-progress");
			thread.setDaemon(true);
			return thread;
		});
		Duration interval = plan.settings().progressInterval();
		String what = plan.describe();
		timer.scheduleWithFixedDelay(() -> logger.info("Scoring {}: {}", what, progress.snapshot()),
				interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
		terminal.start(timer, progress);
		return new ProgressReport(timer, terminal);
	}

	@Override
	public void close() {
		this.timer.shutdownNow();
		this.terminal.end();
	}

	/**
	 * Starts reports.
	 */
	interface Factory {

		ProgressReport start(ScoringPlan plan, ScoringProgress progress);

	}

}
