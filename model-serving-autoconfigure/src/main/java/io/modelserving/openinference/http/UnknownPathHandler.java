package io.modelserving.openinference.http;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

import io.modelserving.model.Quoted;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.PathContainer;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.util.ServletRequestPathUtils;

/**
 * Answers the requests below {@code /v2} that nobody else answers, in the protocol's way.
 */
public final class UnknownPathHandler implements HttpRequestHandler {

	/** The paths to answer, if nobody else does. */
	public static final String PATTERN = "/v2/**";

	private final List<Route> routes;

	public UnknownPathHandler(OpenInferenceRoutes routes) {
		this.routes = routes.routes();
	}

	@Override
	public void handleRequest(HttpServletRequest request, HttpServletResponse response) throws IOException {
		PathContainer path = ServletRequestPathUtils.getParsedRequestPath(request).pathWithinApplication();
		String allowed = this.routes.stream()
			.filter((route) -> route.matches(path))
			.flatMap((route) -> route.methods().stream())
			.map(HttpMethod::name)
			.distinct()
			.sorted(Comparator.naturalOrder())
			.collect(Collectors.joining(", "));
		if (allowed.isEmpty()) {
			ErrorResponses.write(
					new HttpError(HttpStatus.NOT_FOUND, "there is nothing at %s".formatted(Quoted.text(path.value()))),
					response);
			return;
		}
		response.setHeader(HttpHeaders.ALLOW, allowed);
		ErrorResponses.write(new HttpError(HttpStatus.METHOD_NOT_ALLOWED, "%s is not allowed at %s; send %s"
			.formatted(Quoted.text(request.getMethod()), Quoted.text(path.value()), allowed)), response);
	}

}
