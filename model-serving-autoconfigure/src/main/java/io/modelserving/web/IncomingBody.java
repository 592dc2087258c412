package io.modelserving.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import org.jspecify.annotations.Nullable;

import io.modelserving.batching.DeadlineTimer;
import io.modelserving.model.InferenceException.Overloaded;

/**
 * A body that arrives. No thread waits for it.
 * <p>
 * Protocol: one thread reads at a time, at first that of the request, then those on which
 * the container calls this listener. The timer may give the body up meanwhile. Whoever
 * completes the future first decides; from then on nothing is read any more.
 */
final class IncomingBody implements ReadListener, UnreadBody {

	/** A sender that goes on sending this much in time may take its time. */
	static final int PIECE = 256 << 10;

	private final ServletInputStream source;

	private final BodyBuffer buffer;

	private final long limit;

	private final CompletableFuture<IncomingBody> received = new CompletableFuture<>();

	/** Set and read by the threads of the container only. */
	private @Nullable ReadListener successor;

	private volatile long count;

	private volatile boolean broken;

	/** Set before a body is received. */
	private @Nullable IOException failure;

	/**
	 * Create a body.
	 * @param source where it arrives
	 * @param buffer where it is kept
	 * @param limit what is beyond is not read, except for one byte or more that show that
	 * there is something
	 */
	IncomingBody(ServletInputStream source, BodyBuffer buffer, long limit) {
		this.source = source;
		this.buffer = buffer;
		this.limit = limit;
	}

	/**
	 * Return the end of reading.
	 * @return completed with this body once it can be read from {@link #toStream()}
	 */
	CompletableFuture<IncomingBody> received() {
		return this.received;
	}

	/**
	 * Read what has arrived with the headers.
	 * @param length the length of the body, or the most to read if it is not known
	 * @return whether this is all of it
	 */
	boolean readPresent(long length) {
		try {
			while (this.buffer.size() < length && this.source.available() > 0) {
				if (this.buffer.readFrom(this.source) < 0) {
					return true;
				}
				this.count = this.buffer.size();
			}
			return this.buffer.size() >= length;
		}
		catch (IOException ex) {
			this.failure = ex;
			return true;
		}
		catch (Overloaded | OutOfMemoryError ex) {
			this.received.completeExceptionally(ex);
			return false;
		}
	}

	/**
	 * Give the body up if it, or the next piece of it, does not arrive in time.
	 * @param timer the timer
	 * @param timeout the time
	 * @param property the property that sets it
	 */
	void limitTime(DeadlineTimer timer, Duration timeout, String property) {
		long before = this.count;
		Runnable cancel = timer.schedule(timeout.toNanos(), () -> {
			if (this.count - before >= PIECE) {
				limitTime(timer, timeout, property);
			}
			else {
				this.received.completeExceptionally(new BodyTooSlow(timeout, property));
			}
		});
		this.received.whenComplete((body, failed) -> cancel.run());
	}

	/**
	 * Read the rest, waiting for it.
	 */
	void readBlocking() {
		try {
			read(() -> true);
		}
		catch (IOException ex) {
			this.failure = ex;
		}
		this.received.complete(this);
	}

	@Override
	public void onDataAvailable() throws IOException {
		if (this.successor != null) {
			this.successor.onDataAvailable();
		}
		else {
			read(this.source::isReady);
		}
	}

	private void read(Readiness readiness) throws IOException {
		try {
			while (!this.received.isDone() && readiness.isReady() && this.buffer.readFrom(this.source) >= 0) {
				this.count = this.buffer.size();
				if (this.count > this.limit) {
					this.received.complete(this);
				}
			}
		}
		catch (Overloaded | OutOfMemoryError ex) {
			this.received.completeExceptionally(ex);
		}
	}

	@Override
	public void onAllDataRead() throws IOException {
		this.received.complete(this);
		if (this.successor != null) {
			this.successor.onAllDataRead();
		}
	}

	@Override
	public void onError(Throwable failed) {
		this.broken = true;
		this.received.completeExceptionally(failed);
		if (this.successor != null) {
			this.successor.onError(failed);
		}
	}

	@Override
	public void leaveTo(ReadListener other) {
		this.successor = other;
	}

	/**
	 * Return whether the connection failed while the body arrived.
	 * @return whether nobody waits for an answer
	 */
	boolean isBroken() {
		return this.broken;
	}

	/**
	 * Return the body.
	 * @return a stream that fails where the body broke off
	 */
	InputStream toStream() {
		IOException broken = this.failure;
		InputStream arrived = this.buffer.toStream();
		return (broken != null) ? new SequenceInputStream(arrived, new Broken(broken)) : arrived;
	}

	/**
	 * Give the memory back, once nobody reads the body any more.
	 */
	void release() {
		this.buffer.release();
	}

	/**
	 * Give up a body that was not received.
	 */
	void abandon() {
		this.buffer.forget();
	}

	private interface Readiness {

		boolean isReady();

	}

	private static final class Broken extends InputStream {

		private final IOException failure;

		private Broken(IOException failure) {
			this.failure = failure;
		}

		@Override
		public int read() throws IOException {
			throw this.failure;
		}

	}

}
