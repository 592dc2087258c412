package io.modelserving.web;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;

import jakarta.servlet.MultipartConfigElement;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.util.unit.DataSize;
import org.springframework.web.servlet.function.ServerResponse;

import io.modelserving.batching.DeadlineTimer;
import io.modelserving.tensor.BufferPool;

/**
 * What the readers of bodies share: memory, and a timer for those that arrive too slowly.
 * Thread-safe.
 */
public final class RequestBodies implements AutoCloseable {

	private static final long FORM_OVERHEAD = 64 << 10;

	private final BufferPool pool;

	private final BodyMemory memory;

	private final DeadlineTimer timer;

	private final Semaphore waits;

	private final MultipartConfigElement formLimits;

	private final ScheduledThreadPoolExecutor executor;

	/**
	 * Create readers with a timer of their own.
	 * @param pool lends the memory for bodies
	 * @param capacity the most bytes that the bodies which are arriving may hold
	 * @param waitingThreads the threads of the server that may wait for the rest of a
	 * chunk
	 * @param formLimits the most bytes of a form and of each of its parts
	 */
	public RequestBodies(BufferPool pool, DataSize capacity, int waitingThreads, MultipartConfigElement formLimits) {
		this.pool = pool;
		this.formLimits = formLimits;
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

	/**
	 * Return how large a form and its parts may be.
	 * @param content the most bytes of what is read of it
	 * @return the limits, of which that of the form is set
	 */
	MultipartConfigElement formLimits(long content) {
		long limit = this.formLimits.getMaxRequestSize();
		return new MultipartConfigElement("", this.formLimits.getMaxFileSize(),
				(limit >= 0) ? limit : content + FORM_OVERHEAD, 0);
	}

	@Override
	public void close() {
		this.executor.shutdownNow();
	}

	/**
	 * Answers requests whose body was given up.
	 */
	@FunctionalInterface
	public interface Rejection {

		/**
		 * Answer a request.
		 * @param request the request
		 * @param reason a {@link BodyTooSlow}, an {@code Overloaded} if there is no
		 * memory for the body, or a {@code MaxUploadSizeExceededException} for a form
		 * @return the response
		 */
		ServerResponse of(HttpServletRequest request, RuntimeException reason);

	}

}
