package io.modelserving.autoconfigure.web;

import java.io.IOException;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/**
 * Tells clients to close their connections while the application ends, and responds with
 * 503 to requests that Tomcat rejects then. Tomcat means to, but when it is paused
 * between the request line and the headers of a request, it leaves the headers unread,
 * misses the {@code Host} among them, and responds with 400: clients would not try again.
 */
final class RejectionValve extends ValveBase {

	private volatile boolean ending;

	RejectionValve() {
		super(true);
	}

	void applicationEnds() {
		this.ending = true;
	}

	@Override
	public void invoke(Request request, Response response) throws IOException, ServletException {
		if (this.ending && isRejectedUnread(request, response)) {
			response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
			response.setHeader("Retry-After", "1");
			return;
		}
		closeAfter(request, response);
		getNext().invoke(request, response);
		// the end may have begun meanwhile
		closeAfter(request, response);
	}

	/** A client that does not know might send its next request into the closing. */
	private void closeAfter(Request request, Response response) {
		if (this.ending && !response.isCommitted() && request.getProtocol().startsWith("HTTP/1")) {
			response.setHeader("Connection", "close");
		}
	}

	private static boolean isRejectedUnread(Request request, Response response) {
		return response.getStatus() == HttpServletResponse.SC_BAD_REQUEST
				&& !request.getHeaderNames().hasMoreElements();
	}

}
