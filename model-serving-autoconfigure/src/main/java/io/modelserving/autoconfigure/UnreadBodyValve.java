package io.modelserving.autoconfigure;

import java.io.IOException;
import java.time.Duration;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;

/**
 * Discards the bodies of requests that were answered without them, as they arrive. Tomcat
 * has a thread wait for them, for as long as their senders take, so that slow senders
 * would take all threads: it is enough to send to a path that does not exist. A body that
 * does not end soon ends the connection.
 */
final class UnreadBodyValve extends ValveBase {

	private static final Duration PATIENCE = Duration.ofSeconds(5);

	private static final int MOST_DISCARDED = 2 << 20;

	private static final int CHUNK = 8 << 10;

	UnreadBodyValve() {
		super(true);
	}

	@Override
	public void invoke(Request request, Response response) throws IOException, ServletException {
		getNext().invoke(request, response);
		if (!request.isAsync() && isStillArriving(request)) {
			response.finishResponse();
			discard(request);
		}
	}

	private static boolean isStillArriving(Request request) {
		org.apache.coyote.Request coyote = request.getCoyoteRequest();
		if (coyote.isFinished() || coyote.getReadListener() != null || !request.isAsyncSupported()
				|| request.getContext() == null || !request.getProtocol().startsWith("HTTP/1")) {
			return false;
		}
		coyote.action(ActionCode.AVAILABLE, false);
		long length = coyote.getContentLengthLong();
		return length < 0 || coyote.getBytesRead() + coyote.getAvailable() < length;
	}

	private static void discard(Request request) throws IOException {
		ServletInputStream body;
		try {
			body = request.getInputStream();
		}
		catch (IllegalStateException ex) {
			// its reader was used: Tomcat knows how to end that
			return;
		}
		AsyncContext async = request.startAsync();
		async.setTimeout(PATIENCE.toMillis());
		Discarding discarding = new Discarding(request, body, async);
		async.addListener(discarding);
		body.setReadListener(discarding);
	}

	/** The container calls one method at a time. */
	private static final class Discarding implements ReadListener, AsyncListener {

		private final Request request;

		private final ServletInputStream body;

		private final AsyncContext async;

		private long count;

		private Discarding(Request request, ServletInputStream body, AsyncContext async) {
			this.request = request;
			this.body = body;
			this.async = async;
		}

		@Override
		public void onDataAvailable() throws IOException {
			byte[] chunk = new byte[CHUNK];
			while (this.body.isReady()) {
				this.count += Math.max(0, this.body.read(chunk));
				if (this.count > MOST_DISCARDED) {
					giveUp();
					return;
				}
			}
		}

		@Override
		public void onAllDataRead() {
			this.async.complete();
		}

		@Override
		public void onError(Throwable failure) {
			giveUp();
		}

		@Override
		public void onTimeout(AsyncEvent event) {
			giveUp();
		}

		private void giveUp() {
			this.request.getCoyoteRequest().action(ActionCode.DISABLE_SWALLOW_INPUT, null);
			this.async.complete();
		}

		@Override
		public void onComplete(AsyncEvent event) {
		}

		@Override
		public void onError(AsyncEvent event) {
		}

		@Override
		public void onStartAsync(AsyncEvent event) {
		}

	}

}
