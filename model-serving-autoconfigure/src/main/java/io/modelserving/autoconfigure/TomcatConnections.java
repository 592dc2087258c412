package io.modelserving.autoconfigure;

import java.util.Arrays;

import org.apache.coyote.AbstractProtocol;

import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContext;

/**
 * Counts the connections to Tomcat.
 */
final class TomcatConnections {

	private TomcatConnections() {
	}

	/**
	 * Return the number of open connections.
	 * @param context the application
	 * @return the number, 0 if the application has another web server or none
	 */
	static long count(ApplicationContext context) {
		if (context instanceof WebServerApplicationContext web
				&& web.getWebServer() instanceof TomcatWebServer server) {
			return Arrays.stream(server.getTomcat().getService().findConnectors())
				.map((connector) -> connector.getProtocolHandler())
				.mapToLong((handler) -> (handler instanceof AbstractProtocol<?> protocol)
						? protocol.getConnectionCount() : 0)
				.sum();
		}
		return 0;
	}

}
