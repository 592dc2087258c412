package io.modelserving.web.tomcat;

import java.io.IOException;

import org.apache.coyote.ActionCode;
import org.apache.coyote.Request;

import io.modelserving.web.ClientConnection;

/**
 * The connection of a request in Tomcat.
 *
 * @param request the request
 */
record TomcatConnection(Request request) implements ClientConnection {

	/** Tomcat itself uses the first few of 32. */
	private static final int NOTE = 28;

	/**
	 * Let the application see the connection of a request.
	 */
	static void show(Request request) {
		Object connection = request.getNote(NOTE);
		if (connection == null) {
			connection = new TomcatConnection(request);
			request.setNote(NOTE, connection);
		}
		request.setAttribute(ATTRIBUTE, connection);
	}

	/**
	 * Tomcat reads from a connection, without waiting, where it is asked what is
	 * available, and says one byte when that fails, as it does at the end. A single byte
	 * that has arrived, of another request, is not read again.
	 */
	@Override
	public boolean isClosed() {
		if (available() != 1) {
			return false;
		}
		return available() == 1;
	}

	private int available() {
		this.request.action(ActionCode.AVAILABLE, true);
		return this.request.getAvailable();
	}

	@Override
	public void abort() {
		this.request.action(ActionCode.CLOSE_NOW, new IOException("the response is given up"));
	}

}
