package io.modelserving.web.stream;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.Deadline;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.web.DetachedRequest;
import io.modelserving.serving.stream.StreamOutcome;

/**
 * The open streams. Each has a thread of its own, none of the server's, and none waits
 * for a thread: beyond the limit requests are rejected. Thread-safe.
 */
public final class Streams {

	static final String SHUTTING_DOWN = "the application is shutting down";

	static final Duration SOON = Duration.ofSeconds(1);

	private final StreamSettings settings;

	private final Executor threads;

	private final LongSupplier clock;

	private final Function<Runnable, Runnable> ticker;

	private final StreamListener listener;

	private final Semaphore permits;

	private final Set<EventStream> open = ConcurrentHashMap.newKeySet();

	private @Nullable Runnable stopTicks;

	private @Nullable Runnable onDrained;

	private volatile long drainedAt;

	private volatile boolean draining;

	/**
	 * Create the streams.
	 * @param settings the limits
	 * @param threads starts a thread for each task
	 * @param clock gives the nanosecond time
	 * @param ticker has a task run several times a second, until what it returns is
	 * called
	 * @param listener notified of what happens
	 */
	public Streams(StreamSettings settings, Executor threads, LongSupplier clock, Function<Runnable, Runnable> ticker,
			StreamListener listener) {
		this.settings = settings;
		this.threads = threads;
		this.clock = clock;
		this.ticker = ticker;
		this.listener = listener;
		this.permits = new Semaphore(settings.maxStreams());
	}

	StreamListener listener() {
		return this.listener;
	}

	long now() {
		return this.clock.getAsLong();
	}

	/**
	 * Limit the time of a stream.
	 * @param deadline the deadline of its caller
	 * @return that, or a shorter one
	 */
	public Deadline limit(Deadline deadline) {
		return deadline.within(this.settings.maxDuration());
	}

	/**
	 * Take a place for a stream, which {@link #open} uses.
	 * @throws ModelUnavailable if all are taken, or the application shuts down
	 */
	public void reserve() {
		if (this.draining) {
			throw new ModelUnavailable(SHUTTING_DOWN, SOON);
		}
		if (!this.permits.tryAcquire()) {
			throw new ModelUnavailable(
					"all of the %d streams that may be open are (model-serving.endpoints.streams.max-streams)"
						.formatted(this.settings.maxStreams()),
					SOON);
		}
	}

	/** Give back the place for a stream that is not opened. */
	public void release() {
		this.permits.release();
	}

	/**
	 * Open a stream in the place that was reserved.
	 * @param endpoint the path that it is for
	 * @param request the request
	 * @param format how events are put into the response
	 * @param deadline until when the stream may be open
	 * @param work makes the events, on a thread of the stream
	 * @param problems makes what the client gets of a failure
	 */
	public void open(String endpoint, DetachedRequest request, StreamFormat format, Deadline deadline,
			Consumer<EventStream> work, Function<Throwable, StreamProblem> problems) {
		EventStream stream;
		try {
			stream = new EventStream(this, endpoint, format, deadline, request,
					new ResponseChannel(request.response(), this.clock));
		}
		catch (IOException ex) {
			release();
			request.abort(true);
			return;
		}
		this.listener.opened(endpoint);
		add(stream);
		request.onEnd(stream::requestEnded);
		Runnable task = request.inContext(() -> stream.work(work, problems));
		try {
			this.threads.execute(task);
		}
		catch (RejectedExecutionException ex) {
			stream.end(StreamOutcome.SHUTDOWN);
			task.run();
		}
	}

	private synchronized void add(EventStream stream) {
		this.open.add(stream);
		if (this.stopTicks == null) {
			this.stopTicks = this.ticker.apply(this::tick);
		}
	}

	private void tick() {
		long now = now();
		boolean over = this.draining && now - this.drainedAt >= 0;
		for (EventStream stream : this.open) {
			if (over) {
				stream.end(StreamOutcome.SHUTDOWN);
			}
			try {
				stream.check(now, this.settings);
			}
			catch (RuntimeException ex) {
				// the server has taken the request back meanwhile
				stream.giveUp(StreamOutcome.CLIENT_DISCONNECT);
			}
		}
	}

	void closed(EventStream stream, StreamOutcome outcome) {
		release();
		Runnable drained = null;
		synchronized (this) {
			this.open.remove(stream);
			if (this.open.isEmpty()) {
				if (this.stopTicks != null) {
					this.stopTicks.run();
					this.stopTicks = null;
				}
				drained = this.onDrained;
				this.onDrained = null;
			}
		}
		this.listener.ended(stream.endpoint(), outcome, now() - stream.arrival());
		if (drained != null) {
			drained.run();
		}
	}

	/** Open streams again, after {@link #drain}. */
	public void resume() {
		this.draining = false;
	}

	/**
	 * Open no more streams, and end those that are open when their time is over.
	 * @param patience the time for streams to end by themselves
	 * @param onEnd called when none is open any more
	 */
	public void drain(Duration patience, Runnable onEnd) {
		synchronized (this) {
			this.drainedAt = now() + patience.toNanos();
			this.draining = true;
			if (!this.open.isEmpty()) {
				this.onDrained = onEnd;
				return;
			}
		}
		onEnd.run();
	}

}
