package io.modelserving.web.stream;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;

import io.modelserving.serving.stream.StreamClosedException;
import io.modelserving.serving.stream.StreamOutcome;
import io.modelserving.web.BodyTooSlow;

/**
 * Reads the body of a request that has no end to wait for, as it arrives. What nobody
 * reads stays with the server, which takes no more from its sender then. A server that
 * cannot do without waiting is read from all the same.
 * <p>
 * One thread reads and waits; any thread may {@link #wake} it, and the server notifies on
 * threads of its own. {@code lock} guards what both know of the body, and is not held
 * while the server is called.
 */
public final class RequestChannel implements ReadListener {

	private final ServletInputStream input;

	private final Duration timeout;

	private final String property;

	private final boolean blocking;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition change = this.lock.newCondition();

	/** The server notifies of data after {@code isReady} has returned {@code false}. */
	private boolean readable;

	/** Of the thread that reads. */
	private boolean finished;

	private boolean failed;

	private boolean awake;

	/**
	 * Create a channel. To be called on the thread of the request, once that is
	 * asynchronous.
	 * @param request the request, of whose body nothing was read
	 * @param timeout the time that the sender may take for what is waited for
	 * @param property the property that sets it
	 */
	public RequestChannel(HttpServletRequest request, Duration timeout, String property) throws IOException {
		this.input = request.getInputStream();
		this.timeout = timeout;
		this.property = property;
		this.blocking = !listen();
	}

	/** Those of tests and of some filters do not know read listeners. */
	private boolean listen() {
		try {
			this.input.setReadListener(this);
			return true;
		}
		catch (UnsupportedOperationException | IllegalStateException ex) {
			return false;
		}
	}

	/**
	 * Read what has arrived, without waiting for more.
	 * @param bytes where to put it
	 * @return the number of bytes, 0 if nothing has arrived, -1 at the end
	 * @throws StreamClosedException if the client has gone
	 */
	public int read(byte[] bytes) {
		if (!mayRead()) {
			return 0;
		}
		try {
			// without the lock: the server has one of its own, under which it notifies
			if (this.finished || (!this.blocking && this.input.isFinished())) {
				this.finished = true;
				return -1;
			}
			if (!this.blocking && !this.input.isReady()) {
				return 0;
			}
			onDataAvailable();
			int count = this.input.read(bytes);
			this.finished |= count < 0;
			return count;
		}
		catch (IOException ex) {
			onError(ex);
			throw new StreamClosedException(StreamOutcome.CLIENT_DISCONNECT);
		}
	}

	private boolean mayRead() {
		this.lock.lock();
		try {
			if (this.failed) {
				throw new StreamClosedException(StreamOutcome.CLIENT_DISCONNECT);
			}
			boolean may = this.blocking || this.readable;
			this.readable = false;
			return may;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Wait until there may be something to read, or {@link #wake} is called, or was
	 * called since the last wait.
	 * @param reading whether to wait for something to read, too
	 * @param since the nanosecond time since when the sender is waited for
	 * @throws BodyTooSlow if the sender takes too long
	 * @throws InterruptedException if this thread is interrupted
	 */
	public void await(boolean reading, long since) throws InterruptedException {
		this.lock.lockInterruptibly();
		try {
			while (!this.awake && !(reading && (this.readable || this.failed))) {
				if (!reading) {
					this.change.await();
					continue;
				}
				long left = this.timeout.toNanos() - (System.nanoTime() - since);
				if (left <= 0) {
					throw new BodyTooSlow(this.timeout, this.property);
				}
				this.change.await(left, TimeUnit.NANOSECONDS);
			}
			this.awake = false;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Have the thread that waits look what has changed. */
	public void wake() {
		change(() -> this.awake = true);
	}

	private void change(Runnable what) {
		this.lock.lock();
		try {
			what.run();
			this.change.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void onDataAvailable() {
		change(() -> this.readable = true);
	}

	/**
	 * Tomcat may say so while bytes are being read that are not the last: whoever reads
	 * finds out.
	 */
	@Override
	public void onAllDataRead() {
		onDataAvailable();
	}

	@Override
	public void onError(Throwable failure) {
		change(() -> this.failed = true);
	}

}
