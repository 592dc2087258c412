package io.modelserving.endpoint;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.modelserving.image.PictureBuffers;
import io.modelserving.model.InferenceException.Overloaded;

/**
 * Where large requests are decoded and encoded: on as many threads as there are cores,
 * however many connections there are, so that they do not slow each other down.
 * <p>
 * Protocol: a request waits in a bounded queue, from which a thread of the stage takes
 * it. Its answer is given to the caller at once; giving that up skips the work if it has
 * not begun, and otherwise gives up what the work has started.
 */
final class EncodingStage implements AutoCloseable {

	private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

	private final int capacity;

	private final ThreadPoolExecutor executor;

	/**
	 * Create a stage.
	 * @param threads the number of threads
	 * @param capacity the most requests that may wait
	 */
	EncodingStage(int threads, int capacity) {
		this.capacity = capacity;
		this.executor = new ThreadPoolExecutor(threads, threads, 10, TimeUnit.SECONDS,
				new ArrayBlockingQueue<>(capacity), EncodingStage::thread);
		this.executor.allowCoreThreadTimeOut(true);
	}

	private static Thread thread(Runnable task) {
		Thread thread = new Thread(() -> PictureBuffers.keepDuring(task), "encoding");
		thread.setDaemon(true);
		return thread;
	}

	/**
	 * Do work on the stage.
	 * @param <O> the type of the answer
	 * @param work starts to answer a request
	 * @return the answer; fails with what the work throws or its answer fails with, or
	 * with {@link Overloaded} if too many requests wait
	 */
	<O> CompletableFuture<O> submit(Supplier<CompletableFuture<O>> work) {
		CompletableFuture<O> answer = new CompletableFuture<>();
		try {
			this.executor.execute(() -> {
				if (!answer.isDone()) {
					run(work, answer);
				}
			});
		}
		catch (RejectedExecutionException ex) {
			answer.completeExceptionally(new Overloaded(
					"too many requests wait to be encoded; at most %d may (model-serving.endpoints.encoding-capacity)"
						.formatted(this.capacity),
					RETRY_AFTER));
		}
		return answer;
	}

	private static <O> void run(Supplier<CompletableFuture<O>> work, CompletableFuture<O> answer) {
		try {
			CompletableFuture<O> started = work.get();
			answer.whenComplete((response, failure) -> started.cancel(false));
			started.whenComplete((response, failure) -> {
				if (failure != null) {
					answer.completeExceptionally(failure);
				}
				else {
					answer.complete(response);
				}
			});
		}
		catch (RuntimeException | Error ex) {
			answer.completeExceptionally(ex);
		}
	}

	@Override
	public void close() {
		this.executor.shutdown();
	}

}
