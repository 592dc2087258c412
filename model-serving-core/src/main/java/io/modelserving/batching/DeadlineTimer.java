package io.modelserving.batching;

import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Runs a task when a time has passed.
 */
@FunctionalInterface
public interface DeadlineTimer {

	/**
	 * Schedule a task.
	 * @param delayNanos after how many nanoseconds
	 * @param task the task, which is short
	 * @return takes the task back, if it has not run yet
	 */
	Runnable schedule(long delayNanos, Runnable task);

	/**
	 * Create a timer.
	 * @param executor runs the tasks. Once it is shut down nothing is scheduled any more;
	 * deadlines are then seen when a call has its turn
	 * @return the timer
	 */
	static DeadlineTimer of(ScheduledExecutorService executor) {
		return (delayNanos, task) -> {
			try {
				Future<?> scheduled = executor.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
				return () -> scheduled.cancel(false);
			}
			catch (RejectedExecutionException ex) {
				return () -> {
				};
			}
		};
	}

}
