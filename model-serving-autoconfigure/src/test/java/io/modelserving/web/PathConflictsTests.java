package io.modelserving.web;

import java.util.Map;
import java.util.function.Consumer;

import io.modelserving.web.PathConflicts.Owner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.context.support.StaticApplicationContext;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.HttpMethod;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.function.RequestPredicate;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;
import org.springframework.web.servlet.mvc.ParameterizableViewController;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.util.pattern.PathPatternParser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.springframework.web.servlet.function.RequestPredicates.GET;
import static org.springframework.web.servlet.function.RequestPredicates.POST;
import static org.springframework.web.servlet.function.RequestPredicates.path;

/**
 * Tests for {@link PathConflicts}.
 */
class PathConflictsTests {

	private static final Owner MODELS = new Owner("Open Inference Protocol", "Move the protocol");

	private static final Owner PRICE = new Owner("@ModelEndpoint \"price\"", "Give it another path");

	private final DefaultListableBeanFactory beans = new DefaultListableBeanFactory();

	PathConflictsTests() {
		add("models",
				routes((routes) -> routes.GET("/v2/models/{model}", PathConflictsTests::answer)
					.withAttribute(PathConflicts.OWNER, MODELS)
					.GET("/v2/models/stats", PathConflictsTests::answer)
					.withAttribute(PathConflicts.OWNER, MODELS)
					.POST("/v2/models/{model}/infer", PathConflictsTests::answer)
					.withAttribute(PathConflicts.OWNER, MODELS)));
		add("endpoints", routes(
				(routes) -> routes.POST("/price", PathConflictsTests::answer).withAttribute(PathConflicts.OWNER, PRICE))
			.filter((request, next) -> next.handle(request)));
	}

	private static ServerResponse answer(Object request) {
		return ServerResponse.ok().build();
	}

	private static RouterFunction<ServerResponse> routes(Consumer<RouterFunctions.Builder> routes) {
		RouterFunctions.Builder builder = RouterFunctions.route();
		routes.accept(builder);
		return builder.build();
	}

	private static RouterFunction<ServerResponse> route(RequestPredicate predicate) {
		return RouterFunctions.route(predicate, PathConflictsTests::answer);
	}

	private void add(String name, Object bean) {
		this.beans.registerSingleton(name, bean);
	}

	private void addController(String path, RequestMethod... methods) throws NoSuchMethodException {
		RequestMappingHandlerMapping mapping = new RequestMappingHandlerMapping();
		RequestMappingInfo.BuilderConfiguration options = new RequestMappingInfo.BuilderConfiguration();
		options.setPatternParser(PathPatternParser.defaultInstance);
		mapping.registerMapping(RequestMappingInfo.paths(path).methods(methods).options(options).build(), new Shop(),
				Shop.class.getDeclaredMethod("show"));
		add("requestMappings", mapping);
	}

	private void check() {
		new PathConflicts(this.beans).afterSingletonsInstantiated();
	}

	@ParameterizedTest
	@CsvSource({ "/price, POST", "/price, ", "/v2/models/{name}, GET", "/v2/models/iris, GET",
			"'/v2/models/{n:[0-9]+}', GET", "/v2/models/{n}.png, GET", "/v2/models/x/infer, POST",
			"/v2/models/{n}/infer, POST" })
	void whenControllerHasThePathThenBothAreNamed(String path, RequestMethod method) throws NoSuchMethodException {
		addController(path, (method != null) ? new RequestMethod[] { method } : new RequestMethod[0]);
		boolean price = path.equals("/price");
		assertThatExceptionOfType(FailureAnalyzedException.class).isThrownBy(this::check)
			.withMessageContaining("%s of the %s is also mapped, as %s".formatted(
					price ? "POST /price"
							: path.endsWith("infer") || path.endsWith("train}") ? "POST /v2/models/{model}/infer"
									: "GET /v2/models/{model}",
					price ? PRICE.name() : MODELS.name(), (method != null) ? method + " " + path : path))
			.withMessageContaining("method %s.show of the controller".formatted(Shop.class.getName()))
			.satisfies(
					(ex) -> assertThat(ex.analysis().getAction()).isEqualTo(price ? PRICE.remedy() : MODELS.remedy()));
	}

	@ParameterizedTest
	@CsvSource({ "/price, GET", "/price/{id}, POST", "/{page}, POST", "/**, ", "/v2/models/{name}, DELETE",
			"/v2/models/{name}/picture, GET", "/v2/{kind}/{name}, GET", "/v2/**, GET", "/v2/{*rest}, POST",
			"/v2/models, GET", "/prices, POST", "/v2/models/*/infer, POST",
			"/v2/models/{model}/{action:infer|train}, POST" })
	void whenControllerHasAnotherPathOrMethodOrALessSpecificPathThenThereIsNoConflict(String path, RequestMethod method)
			throws NoSuchMethodException {
		addController(path, (method != null) ? new RequestMethod[] { method } : new RequestMethod[0]);
		assertThatNoException().isThrownBy(this::check);
	}

	@Test
	void whenRouterFunctionHasThePathThenItIsNamed() {
		add("shop",
				RouterFunctions.nest(path("/v2"), route(GET("/models/{id}").and(RequestPredicates.param("x", "1")))));
		assertThatExceptionOfType(FailureAnalyzedException.class).isThrownBy(this::check)
			.withMessage("GET /v2/models/{model} of the Open Inference Protocol is also mapped,"
					+ " as GET /v2/models/{id}, by the router function \"shop\"");
	}

	@Test
	void whenOneOfTwoPredicatesMatchesThenThatIsAConflict() {
		add("shop", route(GET("/price").or(POST("/orders"))
			.or(RequestPredicates.methods(HttpMethod.PUT, HttpMethod.POST).and(path("/price")))));
		assertThatExceptionOfType(FailureAnalyzedException.class).isThrownBy(this::check)
			.withMessageContaining("as POST, PUT /price, by the router function \"shop\"");
	}

	@Test
	void whenNoCombinationOfPredicatesMatchesThenThereIsNoConflict() {
		add("shop", route(GET("/price").or(POST("/orders"))));
		add("other", route(POST("/price").negate()));
		add("all", route(RequestPredicates.all()));
		add("static", RouterFunctions.resources("/v2/**", new ClassPathResource("static/")));
		assertThatNoException().isThrownBy(this::check);
	}

	@Test
	void whenTypedEndpointHasAPathOfTheProtocolThenBothAreNamed() {
		add("more", routes((routes) -> routes.POST("/v2/models/x/infer", PathConflictsTests::answer)
			.withAttribute(PathConflicts.OWNER, new Owner("@ModelEndpoint \"x\"", "Give it another path"))));
		assertThatExceptionOfType(FailureAnalyzedException.class).isThrownBy(this::check)
			.withMessage("POST /v2/models/{model}/infer of the Open Inference Protocol is also mapped,"
					+ " as POST /v2/models/x/infer, by the @ModelEndpoint \"x\"");
	}

	@Test
	void viewControllersCountWithTheirMethods() {
		SimpleUrlHandlerMapping views = new SimpleUrlHandlerMapping(Map.of("/price",
				new ParameterizableViewController(), "/v2/models/a", new ParameterizableViewController()));
		views.setApplicationContext(new StaticApplicationContext());
		add("views", views);
		assertThatExceptionOfType(FailureAnalyzedException.class).isThrownBy(this::check)
			.withMessageContaining("GET /v2/models/{model} of the Open Inference Protocol is also mapped, as ")
			.withMessageNotContaining("/price");
	}

	static class Shop {

		void show() {
			// only its name counts
		}

	}

}
