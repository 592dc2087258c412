package io.modelserving.endpoint;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

import io.modelserving.web.PathConflicts;

/**
 * What answers the requests to the typed endpoints of an application. Thread-safe.
 */
public final class EndpointRoutes {

	private final Map<String, EndpointFunction<?, ?>> functions;

	private final Map<String, EarlyRefusal> refusals;

	EndpointRoutes(List<EndpointFunction<?, ?>> functions) {
		this.functions = functions.stream().collect(Collectors.toMap(EndpointFunction::path, Function.identity()));
		this.refusals = functions.stream()
			.collect(Collectors.toMap(EndpointFunction::path, EndpointFunction::earlyRefusal));
	}

	/**
	 * Return what answers the paths there are.
	 * @return the routes, none if there is no endpoint
	 */
	public RouterFunction<ServerResponse> toRouterFunction() {
		if (this.functions.isEmpty()) {
			return (request) -> Optional.empty();
		}
		RouterFunctions.Builder routes = RouterFunctions.route();
		this.functions.forEach((path, function) -> routes.route(RequestPredicates.POST(path), function)
			.withAttribute(PathConflicts.OWNER, function.owner()));
		return routes.build();
	}

	/**
	 * Return what keeps Spring MVC from reading forms before the endpoints do.
	 * @param routes gives the routes, once the first request comes
	 * @param servletPath where Spring MVC is below the context path, empty if it is the
	 * root
	 * @return the filter
	 */
	public static Filter formFilter(Supplier<EndpointRoutes> routes, String servletPath) {
		return new FormFilter(() -> routes.get().functions.keySet(), servletPath);
	}

	/**
	 * Answer a request whose body was given up.
	 * @param request the request
	 * @param reason why
	 * @return a problem
	 */
	public static ServerResponse rejected(HttpServletRequest request, RuntimeException reason) {
		return EndpointFunction.problem(reason, request.getRequestURI());
	}

	/**
	 * Return what refuses requests under overload before Spring MVC looks at them.
	 * @param routes gives the routes, once the first request comes
	 * @param servletPath where Spring MVC is below the context path, empty if it is the
	 * root
	 * @param mapper the application's mapper
	 * @return the filter
	 */
	public static Filter overloadFilter(Supplier<EndpointRoutes> routes, String servletPath, JsonMapper mapper) {
		return new OverloadFilter(() -> routes.get().refusals, servletPath, mapper);
	}

}
