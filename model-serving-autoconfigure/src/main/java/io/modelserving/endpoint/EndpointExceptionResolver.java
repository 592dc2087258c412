package io.modelserving.endpoint;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.modelserving.model.Quoted;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.multipart.MaxUploadSizeExceededException;
import org.springframework.web.multipart.MultipartException;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;
import org.springframework.web.servlet.resource.ResourceHttpRequestHandler;
import org.springframework.web.util.ServletRequestPathUtils;

/**
 * Responds to what goes wrong at the path of an endpoint before or after its handler
 * function runs, where the application's own error handling would respond in its own way:
 * another method than {@code POST}, a form that is too large, a response that cannot be
 * written.
 */
final class EndpointExceptionResolver implements HandlerExceptionResolver, Ordered {

	private static final Logger logger = LoggerFactory.getLogger(EndpointExceptionResolver.class);

	private final Set<String> paths;

	private final Set<String> forms;

	private final Set<String> streams;

	private final JsonMapper mapper;

	/**
	 * Create a resolver.
	 * @param paths the paths of all endpoints
	 * @param forms those of endpoints that take forms
	 * @param streams those that take {@code GET}, too
	 * @param mapper the application's mapper
	 */
	EndpointExceptionResolver(Set<String> paths, Set<String> forms, Set<String> streams, JsonMapper mapper) {
		this.forms = new HashSet<>(forms);
		this.paths = new HashSet<>(paths);
		this.streams = new HashSet<>(streams);
		this.mapper = mapper;
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public @Nullable ModelAndView resolveException(HttpServletRequest request, HttpServletResponse response,
			@Nullable Object handler, Exception failure) {
		String path = path(request);
		if (!this.paths.contains(path) || response.isCommitted() || isOfTheApplication(request, handler)) {
			return null;
		}
		if (failure instanceof IOException) {
			logger.debug("The client of {} has disconnected", path, failure);
			return new ModelAndView();
		}
		try {
			response.resetBuffer();
			toProblem(failure, request, path).write(request.getRequestURI(), response, this.mapper);
			return new ModelAndView();
		}
		catch (IOException ex) {
			logger.debug("The client of {} has disconnected", path, ex);
			return new ModelAndView();
		}
	}

	/** Its controllers and resources may have the other methods of the path. */
	private static boolean isOfTheApplication(HttpServletRequest request, @Nullable Object handler) {
		return !HttpMethod.POST.matches(request.getMethod()) && handler != null
				&& !(handler instanceof ResourceHttpRequestHandler);
	}

	private static String path(HttpServletRequest request) {
		return ServletRequestPathUtils.hasParsedRequestPath(request)
				? ServletRequestPathUtils.getParsedRequestPath(request).pathWithinApplication().value() : "";
	}

	private Problem toProblem(Exception failure, HttpServletRequest request, String path) {
		if (failure instanceof NoResourceFoundException || failure instanceof NoHandlerFoundException
				|| failure instanceof HttpRequestMethodNotSupportedException) {
			String allowed = Stream
				.concat(others(failure),
						this.streams.contains(path) ? Stream.of(HttpMethod.GET, HttpMethod.POST)
								: Stream.of(HttpMethod.POST))
				.map(HttpMethod::name)
				.distinct()
				.sorted()
				.collect(Collectors.joining(", "));
			return Problem.of(HttpStatus.METHOD_NOT_ALLOWED, "This path takes %s only".formatted(allowed))
				.withHeader(HttpHeaders.ALLOW, allowed);
		}
		if (failure instanceof MultipartException && !(failure instanceof MaxUploadSizeExceededException)
				&& !(this.forms.contains(path) && isForm(request))) {
			return unsupported(request, "");
		}
		if (failure instanceof IllegalArgumentException && hasWildcard(request)) {
			return unsupported(request, ", as it has a wildcard");
		}
		return ProblemMapper.map(failure, path);
	}

	private static Stream<HttpMethod> others(Exception failure) {
		return (failure instanceof HttpRequestMethodNotSupportedException ex && ex.getSupportedHttpMethods() != null)
				? ex.getSupportedHttpMethods().stream() : Stream.empty();
	}

	private static Problem unsupported(HttpServletRequest request, String why) {
		return Problem.of(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "Content-Type %s is not read%s"
			.formatted(Quoted.text(request.getHeader(HttpHeaders.CONTENT_TYPE)), why));
	}

	/** Spring MVC fails at such a type before it knows who handles the request. */
	private static boolean hasWildcard(HttpServletRequest request) {
		String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
		return type != null && type.indexOf('*') >= 0;
	}

	private static boolean isForm(HttpServletRequest request) {
		try {
			return request.getHeader(HttpHeaders.CONTENT_ENCODING) == null && MediaType.MULTIPART_FORM_DATA
				.includes(MediaType.parseMediaType(request.getHeader(HttpHeaders.CONTENT_TYPE)));
		}
		catch (InvalidMediaTypeException ex) {
			return false;
		}
	}

}
