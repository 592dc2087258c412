package io.modelserving.batching;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Completes calls on an executor, or on a new thread if the executor takes no tasks.
 */
final class CallCompletion {

	private CallCompletion() {
	}

	/**
	 * Run a task on the executor, or on a thread of its own if that takes no more tasks:
	 * a call must be completed even while the application shuts down, and what its caller
	 * does then must not hold up the thread that is here.
	 */
	static void execute(Executor executor, Runnable task) {
		try {
			executor.execute(task);
		}
		catch (RejectedExecutionException ex) {
			Thread thread = new Thread(task, "model-completion");
			thread.setDaemon(true);
			thread.start();
		}
	}

	static boolean await(CompletableFuture<?> future, Duration timeout) {
		try {
			future.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
			return true;
		}
		catch (TimeoutException | ExecutionException ex) {
			return future.isDone();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

}
