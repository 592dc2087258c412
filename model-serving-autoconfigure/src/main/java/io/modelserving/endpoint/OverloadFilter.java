package io.modelserving.endpoint;

import java.io.IOException;
import java.util.Map;
import java.util.function.Supplier;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import io.modelserving.model.InferenceException.Overloaded;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;

/**
 * Refuses requests to endpoints before anything else looks at them: under overload most
 * requests are refused, and what that takes is taken from those that are let in. Requests
 * from pages of other origins go on, since their refusal needs headers that Spring MVC
 * knows. Thread-safe.
 */
final class OverloadFilter implements Filter {

	private final Supplier<Map<String, EarlyRefusal>> refusals;

	private final String servletPath;

	private final JsonMapper mapper;

	/**
	 * Create a filter.
	 * @param refusals gives what judges the requests to each path below that of the
	 * servlet
	 * @param servletPath where Spring MVC is below the context path, empty if it is the
	 * root
	 * @param mapper the application's mapper
	 */
	OverloadFilter(Supplier<Map<String, EarlyRefusal>> refusals, String servletPath, JsonMapper mapper) {
		this.refusals = refusals;
		this.servletPath = servletPath;
		this.mapper = mapper;
	}

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		if (request instanceof HttpServletRequest http && HttpMethod.POST.matches(http.getMethod())
				&& http.getHeader(HttpHeaders.ORIGIN) == null) {
			String path = path(http);
			Overloaded refusal = judge(http, path);
			if (refusal != null) {
				ProblemMapper.map(refusal, path).write(path, (HttpServletResponse) response, this.mapper);
				return;
			}
		}
		chain.doFilter(request, response);
	}

	/** Returns the path below the servlet's, which is empty for requests to elsewhere. */
	private String path(HttpServletRequest request) {
		String uri = request.getRequestURI();
		String base = request.getContextPath() + this.servletPath;
		return uri.startsWith(base) ? uri.substring(base.length()) : "";
	}

	private @Nullable Overloaded judge(HttpServletRequest request, String path) {
		EarlyRefusal refusal = this.refusals.get().get(path);
		try {
			return (refusal != null) ? refusal.judge(request) : null;
		}
		catch (RequestRefusedException ex) {
			// the endpoint finds the same
			return null;
		}
	}

}
