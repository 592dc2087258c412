package io.modelserving.openinference.http;

import java.io.IOException;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Writes the errors that the server, its filters or their security make on the protocol's
 * paths, in the protocol's way. For dispatches of errors only.
 */
public final class ErrorDispatchFilter implements Filter {

	private final ProtocolPaths paths;

	public ErrorDispatchFilter(ProtocolPaths paths) {
		this.paths = paths;
	}

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		Integer code = (Integer) request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
		int status = (code != null) ? code : HttpServletResponse.SC_INTERNAL_SERVER_ERROR;
		if (request instanceof HttpServletRequest httpRequest && response instanceof HttpServletResponse httpResponse
				&& isOwn(httpRequest, status)) {
			if (!response.isCommitted()) {
				ServerErrors.write(status, (String) request.getAttribute(RequestDispatcher.ERROR_MESSAGE),
						httpResponse);
			}
			// else the server would put an error page behind the response
			return;
		}
		chain.doFilter(request, response);
	}

	/** The dispatch itself is a GET, from Servlet 6.1 on. */
	private static String method(HttpServletRequest request) {
		Object method = request.getAttribute(RequestDispatcher.ERROR_METHOD);
		return (method != null) ? method.toString() : request.getMethod();
	}

	/** The application may have other methods on a path of the protocol. */
	private boolean isOwn(HttpServletRequest request, int status) {
		String uri = (String) request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
		return (status == HttpServletResponse.SC_METHOD_NOT_ALLOWED)
				? this.paths.contains(request.getContextPath(), uri)
				: this.paths.claims(request.getContextPath(), method(request), uri);
	}

}
