package io.modelserving.autoconfigure.openinference;

import java.io.IOException;
import java.util.function.Supplier;

import io.modelserving.openinference.http.ProtocolPaths;
import io.modelserving.openinference.http.ServerErrors;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/**
 * Responds to requests on the protocol's paths that Tomcat finds malformed before it
 * knows any application, in the protocol's way instead of with a page. A response that
 * was sent before its connection failed is left alone: Tomcat ends no request whose valve
 * fails.
 */
final class ProtocolErrorValve extends ValveBase {

	private final ProtocolPaths paths;

	private final Supplier<String> contextPath;

	ProtocolErrorValve(ProtocolPaths paths, Supplier<String> contextPath) {
		super(true);
		this.paths = paths;
		this.contextPath = contextPath;
	}

	@Override
	public void invoke(Request request, Response response) throws IOException, ServletException {
		if (response.isErrorReportRequired() && !response.isCommitted() && response.getStatus() >= 400
				&& this.paths.contains(this.contextPath.get(), request.getRequestURI())
				&& response.setErrorReported()) {
			response.setSuspended(false);
			ServerErrors.write(response.getStatus(), message(request, response), response);
			return;
		}
		getNext().invoke(request, response);
	}

	private static String message(Request request, Response response) {
		Object failure = request.getAttribute(RequestDispatcher.ERROR_EXCEPTION);
		return (failure instanceof Throwable cause && cause.getMessage() != null) ? cause.getMessage()
				: response.getMessage();
	}

}
