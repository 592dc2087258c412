package io.modelserving.openinference.http;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.modelserving.model.InferenceException;
import io.modelserving.model.InferenceException.Overloaded;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;

/**
 * Refuses requests for inference before anything else looks at them: under overload most
 * requests are refused, and what that takes is taken from those that are let in. Requests
 * from pages of other origins go on, since their refusal needs headers that Spring MVC
 * knows, and so do those whose path is written in an unusual way. Those that go on are
 * not taken for forms by others. Thread-safe.
 */
public final class OverloadFilter implements Filter {

	private static final Pattern INFER = Pattern.compile("/models/([^/%;]+)(?:/versions/([^/%;]+))?/infer");

	private final Supplier<OpenInferenceRoutes> routes;

	private final ProtocolPaths paths;

	/**
	 * Create a filter.
	 * @param routes gives the routes, once the first request comes
	 * @param paths knows where they are
	 */
	public OverloadFilter(Supplier<OpenInferenceRoutes> routes, ProtocolPaths paths) {
		this.routes = routes;
		this.paths = paths;
	}

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		if (!(request instanceof HttpServletRequest http && HttpMethod.POST.matches(http.getMethod())
				&& this.paths.claims(http.getContextPath(), http.getMethod(), http.getRequestURI()))) {
			chain.doFilter(request, response);
			return;
		}
		if (http.getHeader(HttpHeaders.ORIGIN) == null) {
			Matcher path = INFER.matcher(this.paths.rest(http.getContextPath(), http.getRequestURI()));
			Optional<Overloaded> refusal = path.matches() ? judge(http, path) : Optional.empty();
			if (refusal.isPresent()) {
				ErrorResponses.write(refusal.get(), (HttpServletResponse) response);
				return;
			}
		}
		chain.doFilter(OpaqueRequest.of(http), response);
	}

	private Optional<Overloaded> judge(HttpServletRequest request, Matcher path) {
		try {
			return this.routes.get().earlyRefusal(request, path.group(1), path.group(2));
		}
		catch (InferenceException ex) {
			// the handler finds the same
			return Optional.empty();
		}
	}

}
