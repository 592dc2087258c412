package io.modelserving.web.tomcat;

import java.io.IOException;
import java.nio.ByteBuffer;

import org.apache.coyote.InputBuffer;
import org.apache.coyote.Request;
import org.apache.tomcat.util.net.ApplicationBufferHandler;
import org.jspecify.annotations.Nullable;

import io.modelserving.web.Arrival;
import io.modelserving.web.BodyBuffer;
import io.modelserving.web.BodyRule;
import io.modelserving.web.BodyTooSlow;

/**
 * A body in memory, which a request is given in the place of its connection. What was not
 * received is read from there. Not thread-safe.
 */
final class ReceivedBody implements InputBuffer, Arriving.Target {

	private final Request request;

	private final BodyRule rule;

	private final BodyBuffer buffer;

	private final InputBuffer connection;

	private @Nullable IOException failure;

	private boolean consumed;

	ReceivedBody(Request request, BodyRule rule, BodyBuffer buffer) {
		this.request = request;
		this.rule = rule;
		this.buffer = buffer;
		this.connection = request.getInputBuffer();
	}

	@Override
	public boolean append(ByteBuffer bytes) {
		this.buffer.append(bytes);
		return this.buffer.size() <= this.rule.limit();
	}

	/**
	 * Have the request read this.
	 * @param arrived the end of receiving it
	 */
	void deliver(Arriving arrived) {
		this.failure = arrived.failure();
		RuntimeException rejection = arrived.isTooSlow() ? new BodyTooSlow(this.rule.timeout(), this.rule.property())
				: arrived.rejection();
		if (rejection != null) {
			this.request.setAttribute(Arrival.REJECTION, rejection);
			this.failure = new IOException(rejection);
		}
		if (this.request.getContentLengthLong() < 0 && this.request.isFinished()) {
			this.request.setContentLength(this.buffer.size());
		}
		this.request.setInputBuffer(this);
	}

	@Override
	public int doRead(ApplicationBufferHandler handler) throws IOException {
		ByteBuffer next = this.buffer.next();
		if (next != null) {
			handler.setByteBuffer(next);
			return next.remaining();
		}
		this.consumed = true;
		if (this.failure != null) {
			throw this.failure;
		}
		return this.connection.doRead(handler);
	}

	@Override
	public int available() {
		return this.buffer.available();
	}

	/** Returns whether all of it was read, so that nobody reads the memory any more. */
	boolean isConsumed() {
		return this.consumed;
	}

	/**
	 * Give the memory back, and the request its connection.
	 */
	void free() {
		this.request.setInputBuffer(this.connection);
		this.buffer.release();
	}

}
