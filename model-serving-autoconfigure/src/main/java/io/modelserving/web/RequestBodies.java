package io.modelserving.web;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;
import org.springframework.web.servlet.function.ServerResponse;

import io.modelserving.batching.DeadlineTimer;
import io.modelserving.tensor.BufferPool;

/**
 * What the readers of bodies share: memory, and a timer for those that arrive too slowly.
 * Thread-safe.
 */
public final class RequestBodies implements AutoCloseable {

	private final BufferPool pool;

	private final BodyMemory memory;

	private final DeadlineTimer timer;

	private final Semaphore waits;

	private final @Nullable ScheduledThreadPoolExecutor executor;

	/**
	 * Create readers with a timer of their own.
	 * @param pool lends the memory for bodies
	 * @param capacity the most bytes that the bodies which are arriving may hold
	 * @param waitingThreads the threads of the server that may wait for the rest of a
	 * chunk
	 */
	public RequestBodies(BufferPool pool, DataSize capacity, int waitingThreads) {
		this.pool = pool;
		this.waits = new Semaphore(waitingThreads);
		this.memory = new BodyMemory(capacity.toBytes());
		this.executor = new ScheduledThreadPoolExecutor(1, (task) -> {
			Thread thread = new Thread(task, "body-deadlines");
			thread.setDaemon(true);
			return thread;
		});
		this.executor.setRemoveOnCancelPolicy(true);
		this.timer = DeadlineTimer.of(this.executor);
	}

	RequestBodies(BufferPool pool, DataSize capacity, int waitingThreads, DeadlineTimer timer) {
		this.pool = pool;
		this.waits = new Semaphore(waitingThreads);
		this.memory = new BodyMemory(capacity.toBytes());
		this.timer = timer;
		this.executor = null;
	}

	/**
	 * Return what reads the bodies of some requests.
	 * @param limit the most bytes that handlers read of a body
	 * @param timeout the time in which a body, or the next piece of it, must arrive
	 * @param property the property that sets the timeout
	 * @param rejection answers for bodies that are given up
	 * @return the reader
	 */
	public BodyReader reader(DataSize limit, Duration timeout, String property, Rejection rejection) {
		return new BodyReader(this, limit.toBytes(), timeout, property, rejection);
	}

	BodyBuffer buffer(long expected) {
		return new BodyBuffer(expected, this.pool.lend(), this.memory);
	}

	Semaphore waits() {
		return this.waits;
	}

	DeadlineTimer timer() {
		return this.timer;
	}

	long heldBytes() {
		return this.memory.held();
	}

	@Override
	public void close() {
		if (this.executor != null) {
			this.executor.shutdownNow();
		}
	}

	/**
	 * Answers requests whose body was given up.
	 */
	@FunctionalInterface
	public interface Rejection {

		/**
		 * Answer a request.
		 * @param request the request
		 * @param reason a {@link BodyTooSlow}, or an {@code Overloaded} if there is no
		 * memory for the body
		 * @return the response
		 */
		ServerResponse of(HttpServletRequest request, RuntimeException reason);

	}

}
