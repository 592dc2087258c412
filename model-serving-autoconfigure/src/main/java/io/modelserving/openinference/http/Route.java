package io.modelserving.openinference.http;

import java.util.Set;

import org.springframework.http.HttpMethod;
import org.springframework.http.server.PathContainer;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * A path and its handler.
 *
 * @param method the method; GET stands for HEAD too
 * @param pattern the pattern of the path
 * @param handler the handler of its requests
 */
record Route(HttpMethod method, String pattern, HandlerFunction<ServerResponse> handler) {

	Set<HttpMethod> methods() {
		return this.method.equals(HttpMethod.GET) ? Set.of(HttpMethod.GET, HttpMethod.HEAD) : Set.of(this.method);
	}

	boolean matches(PathContainer path) {
		return PathPatternParser.defaultInstance.parse(this.pattern).matches(path);
	}

	RouterFunctions.Builder addTo(RouterFunctions.Builder builder) {
		return builder.route(RequestPredicates.methods(methods().toArray(HttpMethod[]::new))
			.and(RequestPredicates.path(this.pattern)), this.handler);
	}

}
