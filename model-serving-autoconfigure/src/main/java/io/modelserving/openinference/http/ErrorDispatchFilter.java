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
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Writes the errors that the server, its filters or their security make on the protocol's
 * paths, in the protocol's way. For dispatches of errors only.
 */
public final class ErrorDispatchFilter implements Filter {

	private final PathPattern server = PathPatternParser.defaultInstance.parse("/v2");

	private final PathPattern health = PathPatternParser.defaultInstance.parse("/v2/health/**");

	private final PathPattern models = PathPatternParser.defaultInstance.parse("/v2/models/**");

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		if (request instanceof HttpServletRequest httpRequest && response instanceof HttpServletResponse httpResponse
				&& !response.isCommitted() && isOurs(httpRequest)) {
			ErrorResponses.write(describe(httpRequest), httpResponse);
			return;
		}
		chain.doFilter(request, response);
	}

	private boolean isOurs(HttpServletRequest request) {
		String uri = (String) request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
		if (uri == null || !uri.startsWith(request.getContextPath())) {
			return false;
		}
		PathContainer path = PathContainer.parsePath(uri.substring(request.getContextPath().length()));
		return this.server.matches(path) || this.health.matches(path) || this.models.matches(path);
	}

	private static HttpError describe(HttpServletRequest request) {
		Integer code = (Integer) request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
		HttpStatus status = (code != null) ? HttpStatus.resolve(code) : null;
		if (status == null) {
			status = HttpStatus.INTERNAL_SERVER_ERROR;
		}
		return new HttpError(status, message(status, (String) request.getAttribute(RequestDispatcher.ERROR_MESSAGE)));
	}

	private static String message(HttpStatus status, @Nullable String message) {
		if (status.is4xxClientError() && message != null && !message.isBlank()) {
			return message;
		}
		return status.getReasonPhrase();
	}

}
