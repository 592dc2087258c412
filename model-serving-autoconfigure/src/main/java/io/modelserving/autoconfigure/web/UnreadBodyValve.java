package io.modelserving.autoconfigure.web;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

import io.modelserving.web.UnreadBody;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;
import org.apache.tomcat.util.net.ApplicationBufferHandler;

/**
 * Discards the bodies of requests that were answered without them, as they arrive. Tomcat
 * has a thread wait for them, for as long as their senders take, so that slow senders
 * would take all threads: it is enough to send to a path that does not exist. A body that
 * does not end soon ends the connection.
 */
final class UnreadBodyValve extends ValveBase {

	private static final Duration PATIENCE = Duration.ofSeconds(5);

	UnreadBodyValve() {
		super(true);
	}

	@Override
	public void invoke(Request request, Response response) throws IOException, ServletException {
		getNext().invoke(request, response);
		if (!request.isAsync() && isStillArriving(request)
				&& response.getStatus() != HttpServletResponse.SC_REQUEST_TIMEOUT) {
			response.finishResponse();
			discard(request);
		}
	}

	private static boolean isStillArriving(Request request) {
		org.apache.coyote.Request coyote = request.getCoyoteRequest();
		if (coyote.isFinished() || !request.isAsyncSupported() || request.getContext() == null
				|| !request.getProtocol().startsWith("HTTP/1")) {
			return false;
		}
		if (coyote.getReadListener() != null) {
			return coyote.getReadListener() instanceof UnreadBody;
		}
		coyote.action(ActionCode.AVAILABLE, false);
		long length = coyote.getContentLengthLong();
		return length < 0 || coyote.getBytesRead() + coyote.getAvailable() < length;
	}

	private static void discard(Request request) throws IOException {
		ServletInputStream source;
		try {
			source = request.getInputStream();
		}
		catch (IllegalStateException ex) {
			// its reader was used: Tomcat knows how to end that
			return;
		}
		org.apache.coyote.Request coyote = request.getCoyoteRequest();
		ReadListener reading = coyote.getReadListener();
		AsyncContext async = request.startAsync();
		async.setTimeout(PATIENCE.toMillis());
		async.addListener(new GivingUp(request, async));
		Discarding discarding = new Discarding(coyote, async);
		if (reading instanceof UnreadBody body) {
			body.leaveTo(discarding);
			discarding.begin();
		}
		else {
			source.setReadListener(discarding);
		}
	}

	/**
	 * Reads below the stream of the request, which is closed as the response is finished.
	 * The container calls one method at a time.
	 */
	private static final class Discarding implements ReadListener, ApplicationBufferHandler {

		private final org.apache.coyote.Request request;

		private final AsyncContext async;

		private ByteBuffer chunk = ByteBuffer.allocate(0);

		private Discarding(org.apache.coyote.Request request, AsyncContext async) {
			this.request = request;
			this.async = async;
		}

		private void begin() {
			try {
				onDataAvailable();
				if (this.request.isFinished()) {
					this.async.complete();
				}
			}
			catch (IOException ex) {
				this.async.complete();
			}
		}

		@Override
		public void onDataAvailable() throws IOException {
			while (!this.request.isFinished() && this.request.isReady() && this.request.doRead(this) >= 0) {
				// the next
			}
		}

		@Override
		public void onAllDataRead() {
			this.async.complete();
		}

		@Override
		public void onError(Throwable failure) {
			// the container tells its other listener, too
		}

		@Override
		public void setByteBuffer(ByteBuffer buffer) {
			this.chunk = buffer;
		}

		/** The container limits it to what is of the body. */
		@Override
		public ByteBuffer getByteBuffer() {
			return this.chunk;
		}

		@Override
		public void expand(int size) {
		}

	}

	/** Ends a connection whose body goes on, or that has failed. */
	private static final class GivingUp implements AsyncListener {

		private final Request request;

		private final AsyncContext async;

		private boolean givenUp;

		private GivingUp(Request request, AsyncContext async) {
			this.request = request;
			this.async = async;
		}

		@Override
		public void onTimeout(AsyncEvent event) {
			this.givenUp = true;
			this.async.complete();
		}

		/** Not before: a connection in error would leave the request under way. */
		@Override
		public void onComplete(AsyncEvent event) {
			if (this.givenUp) {
				this.request.getCoyoteRequest().action(ActionCode.DISABLE_SWALLOW_INPUT, null);
			}
		}

		@Override
		public void onError(AsyncEvent event) {
			this.async.complete();
		}

		@Override
		public void onStartAsync(AsyncEvent event) {
		}

	}

}
