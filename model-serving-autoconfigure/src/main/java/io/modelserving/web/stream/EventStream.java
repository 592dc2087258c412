package io.modelserving.web.stream;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.Deadline;
import io.modelserving.model.InferenceException.DeadlineExceeded;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.web.DetachedRequest;
import io.modelserving.serving.stream.StreamClosedException;
import io.modelserving.serving.stream.StreamOutcome;

/**
 * One response whose events come one by one.
 * <p>
 * Protocol: one thread, the worker, makes the events and calls {@link #finish} last; it
 * may have helpers that {@linkplain #send send} and {@linkplain #await wait}, too. Any
 * thread may {@linkplain #end end} the stream early, which cancels what the worker waits
 * for and interrupts it if it waits for something else; the worker still writes how the
 * stream has ended. {@code this} guards how it has ended, who works, and whether the
 * request is complete. It is taken before the lock of the channel, never after it.
 */
public final class EventStream {

	/** Of an array, which has to be kept in memory until the last event is known. */
	private static final int MAX_ARRAY = 16 << 20;

	private final Streams streams;

	private final String endpoint;

	private final StreamFormat format;

	private final Deadline deadline;

	private final DetachedRequest request;

	private final ResponseChannel channel;

	private final Set<CompletableFuture<?>> calls = ConcurrentHashMap.newKeySet();

	private final ByteArrayOutputStream array = new ByteArrayOutputStream();

	private volatile long lastSent;

	private volatile boolean begun;

	private volatile @Nullable StreamOutcome outcome;

	private @Nullable Thread worker;

	private boolean sending;

	private boolean complete;

	EventStream(Streams streams, String endpoint, StreamFormat format, Deadline deadline, DetachedRequest request,
			ResponseChannel channel) {
		this.streams = streams;
		this.endpoint = endpoint;
		this.format = format;
		this.deadline = deadline;
		this.request = request;
		this.channel = channel;
	}

	String endpoint() {
		return this.endpoint;
	}

	long arrival() {
		return this.deadline.arrival();
	}

	/**
	 * Return the deadline of a call that is made now.
	 * @return what is left of the time of the stream
	 * @throws StreamClosedException if the stream has ended
	 */
	public Deadline remaining() {
		long now = this.streams.now();
		requireOpen(now);
		return Deadline.after(Duration.ofNanos(this.deadline.remainingNanos(now)), now);
	}

	private void requireOpen(long now) {
		if (this.deadline.hasPassed(now)) {
			end(StreamOutcome.DEADLINE_EXCEEDED);
		}
		StreamOutcome ended = this.outcome;
		if (ended != null) {
			throw new StreamClosedException(ended);
		}
	}

	/**
	 * Send an event. Waits for a client that reads slowly, within the limit for that.
	 * @param json the event
	 * @throws StreamClosedException if the stream has ended, or ends while this waits
	 * @throws IllegalStateException if an array becomes too large
	 */
	public void send(byte[] json) {
		sendWhole(() -> (this.format == StreamFormat.ARRAY) ? collect(json) : write(this.format.event(json)), 1);
	}

	/**
	 * Send parts of a response at once, of which some may be errors, where the format has
	 * a place for them. Waits as {@link #send} does.
	 * @param parts the parts, at least one
	 * @throws StreamClosedException likewise
	 */
	public void sendAll(List<Part> parts) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		parts.forEach((part) -> bytes
			.writeBytes(part.error() ? this.format.error(part.json()) : this.format.event(part.json())));
		sendWhole(() -> write(bytes.toByteArray()), parts.size());
	}

	private void sendWhole(BooleanSupplier writing, int events) {
		requireOpen(this.streams.now());
		boolean sent;
		shield(true);
		try {
			sent = writing.getAsBoolean();
		}
		finally {
			shield(false);
		}
		if (!sent) {
			throw new StreamClosedException(Objects.requireNonNull(this.outcome));
		}
		for (int i = 0; i < events; i++) {
			this.streams.listener().sent(this.endpoint);
		}
	}

	/** An interrupt in the middle of writing would break the connection. */
	private synchronized void shield(boolean on) {
		if (Thread.currentThread() == this.worker) {
			this.sending = on;
		}
	}

	private synchronized boolean collect(byte[] json) {
		if (this.outcome != null) {
			return false;
		}
		if (this.array.size() + json.length > MAX_ARRAY) {
			throw new IllegalStateException("the events take more than %d MB as one array; accept %s or %s".formatted(
					MAX_ARRAY >> 20, StreamFormat.SERVER_SENT_EVENTS.mediaType(), StreamFormat.LINES.mediaType()));
		}
		this.array.write((this.array.size() == 0) ? '[' : ',');
		this.array.writeBytes(json);
		return true;
	}

	private boolean write(byte[] bytes) {
		try {
			begin();
			boolean written = this.channel.write(bytes, () -> this.outcome != null);
			this.lastSent = this.streams.now();
			return written;
		}
		catch (StreamClosedException ex) {
			end(ex.outcome());
			return false;
		}
	}

	private synchronized void begin() {
		if (!this.begun) {
			this.channel.begin(200, headers(this.format.mediaType()));
			this.begun = true;
		}
	}

	private static Map<String, String> headers(String mediaType) {
		Map<String, String> headers = new LinkedHashMap<>();
		headers.put("Content-Type", mediaType);
		headers.put("Cache-Control", "no-store");
		headers.put("X-Accel-Buffering", "no");
		return headers;
	}

	/**
	 * Wait for a call, which is cancelled when the stream ends.
	 * @param <T> the type of its result
	 * @param call the call
	 * @return its result
	 * @throws StreamClosedException if the stream ends before the call does
	 * @throws ExecutionException if the call fails; never for a call that was cancelled
	 */
	public <T> T await(CompletableFuture<T> call) throws ExecutionException {
		this.calls.add(call);
		try {
			requireOpen(this.streams.now());
			return call.get();
		}
		catch (StreamClosedException | CancellationException ex) {
			call.cancel(false);
			requireOpen(this.streams.now());
			throw ex;
		}
		catch (InterruptedException ex) {
			call.cancel(false);
			Thread.currentThread().interrupt();
			requireOpen(this.streams.now());
			throw new CancellationException("the thread of the stream was interrupted");
		}
		finally {
			this.calls.remove(call);
		}
	}

	/**
	 * Read what has arrived of the request, without waiting for more.
	 * @param channel where from
	 * @param bytes where to put it
	 * @return the number of bytes, 0 if nothing has arrived, -1 at the end
	 * @throws StreamClosedException if the stream has ended, or the client has gone
	 */
	public int read(RequestChannel channel, byte[] bytes) {
		requireOpen(this.streams.now());
		try {
			return channel.read(bytes);
		}
		catch (StreamClosedException ex) {
			giveUp(ex.outcome());
			throw ex;
		}
	}

	/**
	 * Wait for more of the request, or to be woken.
	 * @param channel where from
	 * @param reading whether to wait for more of the request, too
	 * @param since the nanosecond time since when its sender is waited for
	 * @throws io.modelserving.web.BodyTooSlow if the sender takes too long
	 * @throws StreamClosedException if the stream has ended, or ends while this waits
	 */
	public void await(RequestChannel channel, boolean reading, long since) {
		requireOpen(this.streams.now());
		try {
			channel.await(reading, since);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			requireOpen(this.streams.now());
			throw new CancellationException("the thread of the stream was interrupted");
		}
	}

	/**
	 * Be the worker.
	 * @param work makes the events
	 * @param problems makes what the client gets of a failure
	 */
	void work(Consumer<EventStream> work, Function<Throwable, StreamProblem> problems) {
		synchronized (this) {
			this.worker = Thread.currentThread();
		}
		Throwable failure = null;
		try {
			requireOpen(this.streams.now());
			work.accept(this);
		}
		catch (Throwable ex) {
			failure = ex;
		}
		finish(failure, problems);
	}

	/**
	 * End the stream, unless it has ended. Returns at once.
	 * @param reason why
	 */
	void end(StreamOutcome reason) {
		synchronized (this) {
			if (this.outcome != null) {
				return;
			}
			this.outcome = reason;
			if (this.worker != null && !this.sending && Thread.currentThread() != this.worker) {
				this.worker.interrupt();
			}
		}
		this.calls.forEach((call) -> call.cancel(false));
		this.channel.wake();
	}

	/**
	 * The server has ended the request, because it is complete or broken, and may use its
	 * objects for another one from now on.
	 */
	void requestEnded() {
		synchronized (this) {
			this.complete = true;
		}
		giveUp(StreamOutcome.CLIENT_DISCONNECT);
	}

	void giveUp(StreamOutcome reason) {
		end(reason);
		this.channel.fail(reason);
	}

	/**
	 * End the stream if it is time for that, and send a comment if nothing else was sent
	 * for long.
	 * @param now the nanosecond time
	 * @param settings the limits
	 */
	void check(long now, StreamSettings settings) {
		if (this.channel.hasFailed() || isClientGone()) {
			giveUp(StreamOutcome.CLIENT_DISCONNECT);
		}
		else if (this.channel.waitingNanos(now) > settings.sendTimeout().toNanos()) {
			giveUp(StreamOutcome.SLOW_CLIENT);
		}
		else if (this.deadline.hasPassed(now)) {
			end(StreamOutcome.DEADLINE_EXCEEDED);
		}
		else if (this.begun && this.outcome == null && now - this.lastSent >= settings.keepAlive().toNanos()
				&& this.format.keepAlive().length > 0) {
			this.lastSent = now;
			this.channel.offer(this.format.keepAlive());
		}
	}

	private synchronized boolean isClientGone() {
		return !this.complete && this.request.isClientGone();
	}

	/** Write how the stream has ended, and complete the request. */
	private void finish(@Nullable Throwable failure, Function<Throwable, StreamProblem> problems) {
		synchronized (this) {
			this.worker = null;
			Thread.interrupted();
			if (this.outcome == null) {
				this.outcome = outcome(failure);
			}
		}
		this.calls.forEach((call) -> call.cancel(false));
		StreamOutcome ended = Objects.requireNonNull(this.outcome);
		try {
			if (ended == StreamOutcome.CLIENT_DISCONNECT || ended == StreamOutcome.SLOW_CLIENT) {
				throw new StreamClosedException(ended);
			}
			Throwable shown = failure(ended, failure);
			if (shown != null) {
				writeProblem(problems.apply(shown));
			}
			else {
				writeEnd();
			}
			this.channel.drain();
			complete();
		}
		catch (StreamClosedException ex) {
			ended = ex.outcome();
			abort();
		}
		finally {
			this.streams.closed(this, ended);
		}
	}

	private static StreamOutcome outcome(@Nullable Throwable failure) {
		return (failure == null) ? StreamOutcome.SUCCESS
				: (failure instanceof DeadlineExceeded) ? StreamOutcome.DEADLINE_EXCEEDED : StreamOutcome.FAILED;
	}

	private @Nullable Throwable failure(StreamOutcome ended, @Nullable Throwable failure) {
		return switch (ended) {
			case DEADLINE_EXCEEDED -> (failure instanceof DeadlineExceeded) ? failure : new DeadlineExceeded(
					"the stream was not complete within its time of %s".formatted(this.deadline));
			case SHUTDOWN -> new ModelUnavailable(Streams.SHUTTING_DOWN, Streams.SOON);
			case SUCCESS -> null;
			default -> failure;
		};
	}

	private void writeProblem(StreamProblem problem) {
		if (this.begun) {
			this.channel.write(this.format.error(problem.body()), () -> false);
		}
		else {
			respond(problem.status(), problem.headers(), problem.body());
		}
	}

	private void respond(int status, Map<String, String> headers, byte[] body) {
		Map<String, String> all = new LinkedHashMap<>(headers);
		all.put("Content-Length", Integer.toString(body.length));
		this.channel.begin(status, all);
		this.channel.write(body, () -> false);
	}

	private void writeEnd() {
		if (this.format == StreamFormat.ARRAY) {
			if (this.array.size() == 0) {
				this.array.write('[');
			}
			this.array.write(']');
			respond(200, headers(this.format.mediaType()), this.array.toByteArray());
			return;
		}
		begin();
		this.channel.write(this.format.end(), () -> false);
	}

	private synchronized void complete() {
		if (!this.complete) {
			this.complete = true;
			this.request.complete(this.channel.isBlocking());
		}
	}

	private synchronized void abort() {
		if (!this.complete) {
			this.complete = true;
			this.request.abort(this.channel.isBlocking());
		}
	}

	/**
	 * A part of a response.
	 *
	 * @param json the JSON
	 * @param error whether it is a problem
	 */
	public record Part(byte[] json, boolean error) {
	}

}
