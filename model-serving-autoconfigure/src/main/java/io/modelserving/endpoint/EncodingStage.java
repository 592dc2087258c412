package io.modelserving.endpoint;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import io.modelserving.image.PictureBuffers;
import io.modelserving.model.DerivedFutures;
import io.modelserving.model.InferenceException.Overloaded;

/**
 * Where large requests are decoded and encoded: as many at once as there are cores,
 * however many connections there are, so that they do not slow each other down.
 * <p>
 * Protocol: the thread that brings a request waits for its turn and then does the work
 * itself, so that handlers see all that belongs to that thread, such as the caller's
 * authorities.
 */
final class EncodingStage implements AutoCloseable {

	private final int capacity;

	private final Executor executor;

	private final Runnable close;

	private final EncodingLoad load;

	private final LongSupplier nanoTime;

	/**
	 * Create a stage.
	 * @param threads the number of threads that encode at once
	 * @param capacity the most requests that may wait
	 * @param nanoTime gives the nanosecond time
	 */
	EncodingStage(int threads, int capacity, LongSupplier nanoTime) {
		this(new Turns(threads, capacity), threads, capacity, nanoTime);
	}

	private EncodingStage(Turns turns, int threads, int capacity, LongSupplier nanoTime) {
		this(turns, turns::close, threads, capacity, nanoTime);
	}

	/**
	 * Create a stage on existing threads.
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

	EncodingLoad load() {
		return this.load;
	}

	/**
	 * Do work on the stage.
	 * @param <O> the type of the response
	 * @param work starts a request
	 * @return the response; fails with what the work throws or its future fails with, or
	 * with {@link Overloaded} if too many requests wait
	 */
	<O> CompletableFuture<O> submit(Supplier<CompletableFuture<O>> work) {
		CompletableFuture<O> response = new CompletableFuture<>();
		this.load.waits();
		try {
			this.executor.execute(() -> {
				if (response.isDone()) {
					this.load.leaves();
				}
				else {
					measure(work, response);
				}
			});
		}
		catch (RejectedExecutionException ex) {
			this.load.leaves();
			response.completeExceptionally(new Overloaded(
					"too many requests wait to be encoded; at most %d may (model-serving.endpoints.encoding-capacity)"
						.formatted(this.capacity),
					this.load.timeToDrain()));
		}
		return response;
	}

	private <O> void measure(Supplier<CompletableFuture<O>> work, CompletableFuture<O> response) {
		this.load.begins();
		long begin = this.nanoTime.getAsLong();
		try {
			run(work, response);
		}
		finally {
			this.load.ends(this.nanoTime.getAsLong() - begin);
		}
	}

	private static <O> void run(Supplier<CompletableFuture<O>> work, CompletableFuture<O> response) {
		try {
			DerivedFutures.link(work.get(), response, response::complete, response::completeExceptionally);
		}
		catch (RuntimeException | Error ex) {
			response.completeExceptionally(ex);
		}
	}

	@Override
	public void close() {
		this.close.run();
	}

	/**
	 * Runs tasks on the threads that bring them, one after the other in the order in
	 * which they came, some at once. What a turn needs to decode pictures is kept for the
	 * next one.
	 */
	private static final class Turns implements Executor {

		private final Semaphore admitted;

		private final Semaphore turns;

		private final ConcurrentLinkedDeque<PictureBuffers> idle = new ConcurrentLinkedDeque<>();

		private volatile boolean closed;

		private Turns(int threads, int capacity) {
			this.admitted = new Semaphore(threads + capacity);
			this.turns = new Semaphore(threads, true);
		}

		@Override
		public void execute(Runnable task) {
			if (this.closed || !this.admitted.tryAcquire()) {
				throw new RejectedExecutionException();
			}
			try {
				this.turns.acquire();
				try {
					run(task);
				}
				finally {
					this.turns.release();
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new RejectedExecutionException(ex);
			}
			finally {
				this.admitted.release();
			}
		}

		private void run(Runnable task) {
			PictureBuffers last = this.idle.poll();
			PictureBuffers buffers = (last != null) ? last : PictureBuffers.kept();
			try {
				buffers.during(task);
			}
			finally {
				this.idle.push(buffers);
				if (this.closed) {
					freeIdle();
				}
			}
		}

		private void close() {
			this.closed = true;
			freeIdle();
		}

		private void freeIdle() {
			for (PictureBuffers buffers = this.idle.poll(); buffers != null; buffers = this.idle.poll()) {
				buffers.free();
			}
		}

	}

}
