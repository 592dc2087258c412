package io.modelserving.autoconfigure.openinference;

import java.io.IOException;
import java.util.Collections;
import java.util.function.Supplier;

import io.modelserving.openinference.http.ProtocolPaths;
import io.modelserving.web.ResponseCompression;
import jakarta.servlet.ServletException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

import org.springframework.http.HttpHeaders;

/**
 * Keeps Tomcat from compressing the responses of the protocol, which not all clients
 * expect even though they accept it: it takes the header away and leaves it in an
 * attribute for the responses that may be compressed. Tomcat has no switch for some paths
 * only.
 */
final class AcceptEncodingValve extends ValveBase {

	private final ProtocolPaths paths;

	private final Supplier<String> contextPath;

	AcceptEncodingValve(ProtocolPaths paths, Supplier<String> contextPath) {
		super(true);
		this.paths = paths;
		this.contextPath = contextPath;
	}

	@Override
	public void invoke(Request request, Response response) throws IOException, ServletException {
		String accepted = String.join(",", Collections.list(request.getHeaders(HttpHeaders.ACCEPT_ENCODING)));
		if (!accepted.isEmpty()
				&& this.paths.claims(this.contextPath.get(), request.getMethod(), request.getRequestURI())) {
			request.getCoyoteRequest().getMimeHeaders().removeHeader(HttpHeaders.ACCEPT_ENCODING);
			request.setAttribute(ResponseCompression.ACCEPT_ENCODING_ATTRIBUTE, accepted);
		}
		getNext().invoke(request, response);
	}

}
