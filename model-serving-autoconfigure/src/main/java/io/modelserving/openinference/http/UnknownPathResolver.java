package io.modelserving.openinference.http;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.modelserving.model.Quoted;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.PathContainer;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;
import org.springframework.web.servlet.resource.ResourceHttpRequestHandler;
import org.springframework.web.util.ServletRequestPathUtils;

/**
 * Writes the error, in the protocol's way, of a request that nothing handles and that
 * only a client of the protocol sends: one of the protocol's paths with another method,
 * an extension that is not offered, or an unknown path next to the protocol's. It claims
 * no path: a controller, a router function or a static resource of the application there
 * has handled the request before this is asked. Thread-safe.
 */
public final class UnknownPathResolver implements HandlerExceptionResolver, Ordered {

	private static final Logger logger = LoggerFactory.getLogger(UnknownPathResolver.class);

	private final List<Route> routes;

	private final ProtocolPaths paths;

	/**
	 * Create a resolver.
	 * @param routes the paths that the protocol has
	 * @param paths tells which others only its clients know
	 */
	public UnknownPathResolver(OpenInferenceRoutes routes, ProtocolPaths paths) {
		this.routes = routes.routes();
		this.paths = paths;
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public @Nullable ModelAndView resolveException(HttpServletRequest request, HttpServletResponse response,
			@Nullable Object handler, Exception failure) {
		if (!isUnhandled(handler, failure) || response.isCommitted()
				|| !this.paths.isNear(request.getContextPath(), request.getRequestURI())) {
			return null;
		}
		PathContainer path = ServletRequestPathUtils.getParsedRequestPath(request).pathWithinApplication();
		try {
			ErrorResponses.write(toError(request, path, methods(path, failure)), response);
		}
		catch (IOException ex) {
			logger.debug("The client of {} has disconnected", path, ex);
		}
		return new ModelAndView();
	}

	private static boolean isUnhandled(@Nullable Object handler, Exception failure) {
		return (handler == null || handler instanceof ResourceHttpRequestHandler)
				&& (failure instanceof NoResourceFoundException || failure instanceof NoHandlerFoundException
						|| failure instanceof HttpRequestMethodNotSupportedException);
	}

	/** The application's controllers may have other methods on the same path. */
	private List<String> methods(PathContainer path, Exception failure) {
		Collection<HttpMethod> others = (failure instanceof HttpRequestMethodNotSupportedException ex
				&& ex.getSupportedHttpMethods() != null) ? ex.getSupportedHttpMethods() : List.of();
		return Stream
			.concat(others.stream(),
					this.routes.stream()
						.filter((route) -> route.matches(path))
						.flatMap((route) -> route.methods().stream()))
			.map(HttpMethod::name)
			.distinct()
			.sorted()
			.toList();
	}

	private HttpError toError(HttpServletRequest request, PathContainer path, List<String> methods) {
		if (!methods.isEmpty()) {
			String allowed = methods.stream().collect(Collectors.joining(", "));
			return new HttpError(
					HttpStatus.METHOD_NOT_ALLOWED, "%s is not allowed at %s; send %s"
						.formatted(Quoted.text(request.getMethod()), Quoted.text(path.value()), allowed),
					Map.of(HttpHeaders.ALLOW, allowed));
		}
		return NotOffered.at(this.paths.rest(request.getContextPath(), request.getRequestURI()))
			.map((extension) -> new HttpError(HttpStatus.NOT_IMPLEMENTED, extension.message()))
			.orElseGet(() -> new HttpError(HttpStatus.NOT_FOUND,
					"there is nothing at %s".formatted(Quoted.text(path.value()))));
	}

}
