package io.modelserving.openinference.http;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * Sends bytes that no decent client would send.
 *
 * @param port the port of the server
 */
record RawHttp(int port) {

	private static final int TIMEOUT_MILLIS = 30_000;

	/**
	 * Send a request, and read all that comes until the server closes the connection.
	 * @param request the request
	 * @return status line, headers and body
	 */
	String exchange(String request) {
		try (Socket socket = new Socket("localhost", this.port)) {
			socket.setSoTimeout(TIMEOUT_MILLIS);
			socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
			socket.getOutputStream().flush();
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
