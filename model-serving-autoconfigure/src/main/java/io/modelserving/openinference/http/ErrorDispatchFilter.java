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
		if (request instanceof HttpServletRequest httpRequest && response instanceof HttpServletResponse httpResponse
				&& this.paths.contains(httpRequest.getContextPath(),
						(String) request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI))) {
			if (response.isCommitted()) {
				// the server would put an error page behind the answer
				return;
			}
			Integer code = (Integer) request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
			ServerErrors.write((code != null) ? code : HttpServletResponse.SC_INTERNAL_SERVER_ERROR,
					(String) request.getAttribute(RequestDispatcher.ERROR_MESSAGE), httpResponse);
			return;
		}
		chain.doFilter(request, response);
	}

}
