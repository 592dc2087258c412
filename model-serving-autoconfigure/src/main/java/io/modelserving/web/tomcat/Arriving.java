package io.modelserving.web.tomcat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import jakarta.servlet.ReadListener;
import org.apache.coyote.ActionCode;
import org.apache.coyote.AsyncContextCallback;
import org.apache.coyote.BadRequestException;
import org.apache.coyote.ContinueResponseTiming;
import org.apache.coyote.InputBuffer;
import org.apache.coyote.Request;
import org.apache.tomcat.util.net.ApplicationBufferHandler;
import org.apache.tomcat.util.net.SocketEvent;
import org.jspecify.annotations.Nullable;

import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.web.tomcat.BodyReceiver.InProgress;

/**
 * A body that arrives without a thread. It ends with the body, with the failure of its
 * target or its connection, or when it, or the next piece of it, does not arrive in time.
 * <p>
 * Protocol: as that of {@link BodyReceiver}. To Tomcat it is the listener of an
 * asynchronous request, so that reading does not block; it ends that request by the same
 * calls as an application would, on the thread on which Tomcat has called it.
 */
final class Arriving implements ReadListener, ApplicationBufferHandler, AsyncContextCallback {

	private final Request request;

	private final InputBuffer source;

	private final Target target;

	private final Duration timeout;

	private final long piece;

	private final InProgress inProgress;

	private final long begin = System.nanoTime();

	private ByteBuffer chunk = ByteBuffer.allocate(0);

	private long count;

	private long countInTime;

	private long deadline;

	private boolean ended;

	private boolean tooSlow;

	/** Nobody waits for a response. */
	private boolean broken;

	private @Nullable IOException failure;

	private @Nullable Overloaded rejection;

	/**
	 * Create the reading of a body.
	 * @param request the request
	 * @param target where its body goes
	 * @param timeout the time within which the body, or the next piece of it, must arrive
	 * @param piece the bytes of a piece
	 * @param inProgress counts requests that shutdown waits for
	 */
	Arriving(Request request, Target target, Duration timeout, long piece, InProgress inProgress) {
		this.request = request;
		this.source = request.getInputBuffer();
		this.target = target;
		this.timeout = timeout;
		this.piece = piece;
		this.inProgress = inProgress;
		this.deadline = this.begin + timeout.toNanos();
	}

	static @Nullable Arriving of(Request request) {
		return (request.getReadListener() instanceof Arriving arriving) ? arriving : null;
	}

	/**
	 * Have Tomcat call {@link #continueOn} from now on, with what has arrived already
	 * among it.
	 */
	void begin() {
		this.inProgress.add(1);
		this.request.action(ActionCode.ASYNC_START, this);
		this.request.action(ActionCode.ASYNC_SETTIMEOUT, this.timeout.toMillis());
		this.request.action(ActionCode.ACK, ContinueResponseTiming.ALWAYS);
		this.request.setExpectation(false);
		this.request.setRequestThread();
		try {
			this.request.setReadListener(this);
		}
		finally {
			this.request.clearRequestThread();
		}
	}

	/**
	 * Go on.
	 * @param event what has happened to the connection
	 * @return whether the connection is of further use
	 */
	boolean continueOn(SocketEvent event) throws IOException {
		this.request.setRequestThread();
		try {
			if (event == SocketEvent.OPEN_READ) {
				this.request.onDataAvailable();
			}
			else if (event == SocketEvent.TIMEOUT) {
				AtomicBoolean current = new AtomicBoolean();
				this.request.action(ActionCode.ASYNC_TIMEOUT, current);
				this.tooSlow = current.get();
				this.ended = current.get();
			}
			else if (event != SocketEvent.OPEN_WRITE) {
				this.broken = true;
				this.ended = true;
			}
			if (this.ended) {
				this.request.action(ActionCode.ASYNC_COMPLETE, null);
				this.request.action(ActionCode.ASYNC_POST_PROCESS, null);
			}
			return !this.broken;
		}
		finally {
			this.request.clearRequestThread();
		}
	}

	@Override
	public void onDataAvailable() {
		try {
			boolean more = true;
			while (more && !this.request.isFinished() && this.request.isReady()) {
				int read = this.source.doRead(this);
				more = read >= 0;
				if (read > 0) {
					this.count += read;
					more = this.target.append(this.chunk);
					extendTime();
				}
				// Tomcat's own timeout waits for this loop, which a fast sender keeps
				// busy
				this.tooSlow = more && System.nanoTime() - this.deadline > 0;
				more &= !this.tooSlow;
			}
			this.ended = !more || this.request.isFinished();
		}
		catch (BadRequestException ex) {
			this.failure = ex;
			this.ended = true;
		}
		catch (IOException ex) {
			this.broken = true;
			this.ended = true;
		}
		catch (Overloaded ex) {
			this.rejection = ex;
			this.ended = true;
		}
	}

	/** Tomcat counts the time from the beginning. */
	private void extendTime() {
		if (this.count - this.countInTime >= this.piece) {
			this.countInTime = this.count;
			this.deadline = System.nanoTime() + this.timeout.toNanos();
			this.request.action(ActionCode.ASYNC_SETTIMEOUT, TimeUnit.NANOSECONDS.toMillis(this.deadline - this.begin));
		}
	}

	boolean hasEnded() {
		return this.ended;
	}

	boolean isTooSlow() {
		return this.tooSlow;
	}

	/** Returns why the body cannot be read to its end, as sent to the sender. */
	@Nullable IOException failure() {
		return this.failure;
	}

	/** Returns why the target took no more. */
	@Nullable Overloaded rejection() {
		return this.rejection;
	}

	@Override
	public void setByteBuffer(ByteBuffer buffer) {
		this.chunk = buffer;
	}

	/** Tomcat limits it to what is of the body. */
	@Override
	public ByteBuffer getByteBuffer() {
		return this.chunk;
	}

	@Override
	public void expand(int size) {
	}

	@Override
	public void onAllDataRead() {
	}

	@Override
	public void onError(Throwable failed) {
	}

	@Override
	public void fireOnComplete() {
	}

	@Override
	public boolean isAvailable() {
		return true;
	}

	@Override
	public void incrementInProgressAsyncCount() {
		this.inProgress.add(1);
	}

	@Override
	public void decrementInProgressAsyncCount() {
		this.inProgress.add(-1);
	}

	/**
	 * Where a body goes.
	 */
	interface Target {

		/**
		 * Take bytes.
		 * @param bytes the bytes, valid during the call
		 * @return whether more are wanted
		 * @throws Overloaded if there is no memory for them
		 */
		boolean append(ByteBuffer bytes);

	}

}
