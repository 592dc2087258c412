package io.modelserving.endpoint;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

import io.modelserving.web.BodyRule;
import io.modelserving.web.PathConflicts;
import io.modelserving.web.RequestHead;

/**
 * The routes of the typed endpoints of an application. Thread-safe.
 */
public final class EndpointRoutes {

	private final Map<String, EndpointFunction<?, ?>> functions;

	private final RequestLimits limits;

	EndpointRoutes(List<EndpointFunction<?, ?>> functions, RequestLimits limits) {
		this.functions = functions.stream().collect(Collectors.toMap(EndpointFunction::path, Function.identity()));
		this.limits = limits;
	}

	/**
	 * Return the router function of all paths.
	 * @return the routes, none if there is no endpoint
	 */
	public RouterFunction<ServerResponse> toRouterFunction() {
		if (this.functions.isEmpty()) {
			return (request) -> Optional.empty();
		}
		RouterFunctions.Builder routes = RouterFunctions.route();
		this.functions.forEach((path, function) -> {
			routes.route(RequestPredicates.POST(path), function).withAttribute(PathConflicts.OWNER, function.owner());
			if (function.takesGet()) {
				routes.route(RequestPredicates.GET(path), function)
					.withAttribute(PathConflicts.OWNER, function.owner());
			}
		});
		return routes.build();
	}

	/**
	 * Return how the body of a request is received.
	 * @param head what the request says before its body
	 * @return the rule, or {@code null} if the request is for no endpoint, or its body is
	 * read as it arrives
	 */
	public @Nullable BodyRule bodyRule(RequestHead head) {
		EndpointFunction<?, ?> function = this.functions.get(head.path());
		String type = head.header(HttpHeaders.CONTENT_TYPE);
		if (function == null || (type != null && function.readsLines() && LinesEndpoint.isLines(type))) {
			return null;
		}
		boolean form = type != null && type.strip().regionMatches(true, 0, "multipart/", 0, "multipart/".length());
		return new BodyRule(form ? this.limits.maxFormSize().toBytes() : this.limits.bounds().maxBytes(),
				this.limits.bodyTimeout(), "model-serving.endpoints.body-timeout", function.earlyRejection());
	}

	/**
	 * Respond to a request that is rejected before its handler gets it.
	 * @param request the request
	 * @param reason why
	 * @return a problem
	 */
	public ServerResponse rejected(ServerRequest request, RuntimeException reason) {
		EndpointFunction<?, ?> function = this.functions.get(request.requestPath().pathWithinApplication().value());
		return Objects.requireNonNull(function).rejected(reason, request.servletRequest());
	}

}
