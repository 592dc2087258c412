package io.modelserving.web.stream;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import io.modelserving.serving.stream.StreamClosedException;
import io.modelserving.serving.stream.StreamOutcome;

/**
 * Writes a response of which nobody knows how fast its client reads it. The server is
 * handed no more than it takes without waiting; who has more waits here, where waiting
 * can be ended. A server that cannot do without waiting is written to all the same.
 * <p>
 * Thread-safe. {@code writing} guards the response. {@code lock} guards whether something
 * has changed, and is not held while the server is called: it notifies on threads of its
 * own, under locks of its own.
 */
final class ResponseChannel implements WriteListener {

	private static final long NOT_WAITING = Long.MIN_VALUE;

	private final HttpServletResponse response;

	private final ServletOutputStream output;

	private final LongSupplier clock;

	private final boolean blocking;

	private final ReentrantLock writing = new ReentrantLock();

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition change = this.lock.newCondition();

	private boolean changed;

	private volatile long waitingSince = NOT_WAITING;

	private volatile @Nullable StreamOutcome failure;

	/**
	 * Create a channel. To be called on the thread of the request, once that is
	 * asynchronous.
	 * @param response the response, of which nothing is written
	 * @param clock gives the nanosecond time
	 */
	ResponseChannel(HttpServletResponse response, LongSupplier clock) throws IOException {
		this.response = response;
		this.output = response.getOutputStream();
		this.clock = clock;
		this.blocking = !listen();
	}

	/** Those of tests and of some filters do not know write listeners. */
	private boolean listen() {
		try {
			this.output.setWriteListener(this);
			return true;
		}
		catch (UnsupportedOperationException | IllegalStateException ex) {
			return false;
		}
	}

	boolean isBlocking() {
		return this.blocking;
	}

	/**
	 * Set the status and headers, unless the channel has failed.
	 */
	void begin(int status, Map<String, String> headers) {
		this.writing.lock();
		try {
			if (this.failure == null) {
				this.response.setStatus(status);
				headers.forEach(this.response::setHeader);
			}
		}
		finally {
			this.writing.unlock();
		}
	}

	/**
	 * Write, and wait while the client has not read enough of what was written before.
	 * @param bytes the bytes
	 * @param stop whether to wait no longer, asked again after {@link #wake()}
	 * @return whether they were written, as a whole
	 * @throws StreamClosedException if the client has gone, or after {@link #fail}
	 */
	boolean write(byte[] bytes, BooleanSupplier stop) {
		this.writing.lock();
		try {
			if (!awaitReady(stop)) {
				return false;
			}
			this.output.write(bytes);
			if (awaitReady(stop)) {
				this.output.flush();
			}
			return true;
		}
		catch (IOException ex) {
			fail(StreamOutcome.CLIENT_DISCONNECT);
			throw new StreamClosedException(StreamOutcome.CLIENT_DISCONNECT);
		}
		finally {
			this.writing.unlock();
		}
	}

	private boolean awaitReady(BooleanSupplier stop) {
		try {
			while (true) {
				// first: what changes from now on is not waited for
				changed(false);
				StreamOutcome failed = this.failure;
				if (failed != null) {
					throw new StreamClosedException(failed);
				}
				if (this.blocking || this.output.isReady()) {
					return true;
				}
				if (stop.getAsBoolean()) {
					return false;
				}
				if (this.waitingSince == NOT_WAITING) {
					this.waitingSince = this.clock.getAsLong();
				}
				awaitChange();
			}
		}
		finally {
			this.waitingSince = NOT_WAITING;
		}
	}

	/**
	 * Wait until the server has sent all that was written.
	 */
	void drain() {
		this.writing.lock();
		try {
			awaitReady(() -> false);
		}
		finally {
			this.writing.unlock();
		}
	}

	/**
	 * Write if that takes no waiting at all.
	 * @param bytes the bytes
	 */
	void offer(byte[] bytes) {
		if (this.blocking || !this.writing.tryLock()) {
			return;
		}
		try {
			if (this.failure == null && this.output.isReady()) {
				this.output.write(bytes);
				if (this.output.isReady()) {
					this.output.flush();
				}
			}
		}
		catch (IOException ex) {
			this.failure = StreamOutcome.CLIENT_DISCONNECT;
		}
		finally {
			this.writing.unlock();
		}
	}

	/**
	 * Return for how long somebody has been waiting for the client.
	 * @param now the nanosecond time
	 * @return the time in nanoseconds, zero if nobody waits
	 */
	long waitingNanos(long now) {
		long since = this.waitingSince;
		return (since == NOT_WAITING) ? 0 : now - since;
	}

	boolean hasFailed() {
		return this.failure != null;
	}

	/**
	 * Write no more, and end all waiting.
	 * @param reason why
	 */
	void fail(StreamOutcome reason) {
		this.failure = reason;
		wake();
	}

	/**
	 * Have those that wait find out whether they shall go on.
	 */
	void wake() {
		changed(true);
	}

	private void changed(boolean now) {
		this.lock.lock();
		try {
			this.changed = now;
			this.change.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void awaitChange() {
		this.lock.lock();
		try {
			while (!this.changed) {
				this.change.awaitUninterruptibly();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void onWritePossible() {
		wake();
	}

	@Override
	public void onError(Throwable reason) {
		fail(StreamOutcome.CLIENT_DISCONNECT);
	}

}
