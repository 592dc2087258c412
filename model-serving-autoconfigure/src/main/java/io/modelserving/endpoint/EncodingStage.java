package io.modelserving.endpoint;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
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

	private final int capacity;

	private final Executor executor;

	private final Runnable close;

	private final EncodingLoad load;

	private final LongSupplier nanoTime;

	/**
	 * Create a stage.
	 * @param threads the number of threads
	 * @param capacity the most requests that may wait
	 * @param nanoTime gives the nanosecond time
	 */
	EncodingStage(int threads, int capacity, LongSupplier nanoTime) {
		this(executor(threads, capacity), threads, capacity, nanoTime);
	}

	private EncodingStage(ExecutorService executor, int threads, int capacity, LongSupplier nanoTime) {
		this(executor, executor::shutdown, threads, capacity, nanoTime);
	}

	/**
	 * Create a stage on threads that there are.
	 * @param executor runs as much at once as there are threads
	 * @param close ends it
	 */
	EncodingStage(Executor executor, Runnable close, int threads, int capacity, LongSupplier nanoTime) {
		this.executor = executor;
		this.close = close;
		this.capacity = capacity;
		this.load = new EncodingLoad(threads);
		this.nanoTime = nanoTime;
	}

	private static ExecutorService executor(int threads, int capacity) {
		ThreadPoolExecutor executor = new ThreadPoolExecutor(threads, threads, 10, TimeUnit.SECONDS,
				new ArrayBlockingQueue<>(capacity), EncodingStage::thread);
		executor.allowCoreThreadTimeOut(true);
		return executor;
	}

	private static Thread thread(Runnable task) {
		Thread thread = new Thread(() -> PictureBuffers.keepDuring(task), "encoding");
		thread.setDaemon(true);
		return thread;
	}

	EncodingLoad load() {
		return this.load;
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
		this.load.waits();
		try {
			this.executor.execute(() -> {
				if (answer.isDone()) {
					this.load.leaves();
				}
				else {
					measure(work, answer);
				}
			});
		}
		catch (RejectedExecutionException ex) {
			this.load.leaves();
			answer.completeExceptionally(new Overloaded(
					"too many requests wait to be encoded; at most %d may (model-serving.endpoints.encoding-capacity)"
						.formatted(this.capacity),
					this.load.timeToDrain()));
		}
		return answer;
	}

	private <O> void measure(Supplier<CompletableFuture<O>> work, CompletableFuture<O> answer) {
		this.load.begins();
		long begin = this.nanoTime.getAsLong();
		try {
			run(work, answer);
		}
		finally {
			this.load.ends(this.nanoTime.getAsLong() - begin);
		}
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
		this.close.run();
	}

}
