package io.modelserving.endpoint;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.http.MediaType;
import org.springframework.util.unit.DataSize;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

import io.modelserving.serving.InferenceService;

/**
 * The typed endpoints of an application.
 */
public final class ModelEndpoints {

	private final List<Endpoint<?, ?>> endpoints;

	private ModelEndpoints(List<Endpoint<?, ?>> endpoints) {
		this.endpoints = List.copyOf(endpoints);
	}

	/**
	 * Find the beans annotated {@link ModelEndpoint}.
	 * @param beanFactory where to look
	 * @return the endpoints
	 * @throws InvalidModelEndpointException if one is declared wrongly
	 */
	public static ModelEndpoints find(ConfigurableListableBeanFactory beanFactory) {
		return new ModelEndpoints(new EndpointScanner(beanFactory).scan());
	}

	/**
	 * Route requests to the endpoints.
	 * @param service runs the models
	 * @param validation checks the constraints of requests
	 * @param maxRequestSize the size over which bodies are refused
	 * @param asyncTimeout the time after which an answer is given up whatever its
	 * deadline is; zero for never
	 * @return the routes, none if there is no endpoint
	 */
	public RouterFunction<ServerResponse> route(InferenceService service, RequestValidation validation,
			DataSize maxRequestSize, Duration asyncTimeout) {
		if (this.endpoints.isEmpty()) {
			return request -> Optional.empty();
		}
		RequestChecks checks = new RequestChecks(validation);
		RouterFunctions.Builder routes = RouterFunctions.route();
		this.endpoints.forEach(endpoint -> routes.route(RequestPredicates.POST(endpoint.path()),
				function(endpoint, service, checks, new BodyLimit(maxRequestSize), asyncTimeout)));
		return routes.build();
	}

	private static <I, O> EndpointFunction<I, O> function(Endpoint<I, O> endpoint, InferenceService service,
			RequestChecks checks, BodyLimit limit, Duration asyncTimeout) {
		return new EndpointFunction<>(endpoint,
				new RequestReader<>(endpoint.requestType(), List.of(MediaType.APPLICATION_JSON), limit), checks,
				new EndpointCall<>(endpoint.handler(), service, endpoint.model(), endpoint.version()), asyncTimeout);
	}

}
