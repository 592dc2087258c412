package io.modelserving.endpoint;

import java.io.IOException;
import java.util.Set;
import java.util.function.Supplier;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;

import org.springframework.http.MediaType;
import org.springframework.web.multipart.MultipartRequest;
import org.springframework.web.util.WebUtils;

/**
 * Keeps Spring MVC from reading forms of several parts that are for endpoints, which
 * would wait for their senders on a thread of the server. Endpoints read them once they
 * have arrived.
 *
 * @param paths gives the paths of the endpoints, below that of the servlet
 * @param servletPath where Spring MVC is below the context path, empty if it is the root
 */
record FormFilter(Supplier<Set<String>> paths, String servletPath) implements Filter {

	private static final String FORM = "multipart/";

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		String type = request.getContentType();
		boolean form = type != null && WebUtils.getNativeRequest(request, MultipartRequest.class) == null
				&& type.strip().regionMatches(true, 0, FORM, 0, FORM.length());
		chain.doFilter((form && request.isAsyncSupported() && request instanceof HttpServletRequest http
				&& isForEndpoint(http)) ? new UnreadForm(http) : request, response);
	}

	private boolean isForEndpoint(HttpServletRequest request) {
		String base = request.getContextPath() + this.servletPath;
		String uri = request.getRequestURI();
		return uri.startsWith(base) && this.paths.get().contains(uri.substring(base.length()));
	}

	/** Its headers say what it is. */
	private static final class UnreadForm extends HttpServletRequestWrapper {

		private UnreadForm(HttpServletRequest request) {
			super(request);
		}

		@Override
		public String getContentType() {
			return MediaType.APPLICATION_OCTET_STREAM_VALUE;
		}

	}

}
