package io.modelserving.openinference.http;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import io.modelserving.endpoint.ModelEndpoint;
import io.modelserving.endpoint.ModelHandler;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelSignature;
import io.modelserving.openinference.FakeModels;
import io.modelserving.openinference.FakeRepository;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.test.context.TestPropertySource;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;
import org.springframework.web.servlet.resource.NoResourceFoundException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that an application keeps what it has next to the protocol and to its typed
 * endpoints: static resources, controllers, router functions, errors and their pages,
 * security, compression.
 */
@SpringBootTest(classes = NeighbourHttpTests.Application.class, webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "spring.main.banner-mode=off", "spring.web.resources.static-locations=classpath:/neighbour/",
				"server.compression.enabled=true", "model-serving.grpc.enabled=false",
				"server.compression.min-response-size=1" })
class NeighbourHttpTests {

	private static final String USER = "Basic " + Base64.getEncoder().encodeToString("user:secret".getBytes());

	private final HttpCaller http;

	NeighbourHttpTests(@LocalServerPort int port) {
		this.http = new HttpCaller(port);
	}

	private HttpResponse<String> send(String method, String path, String... headers) {
		return this.http.send(this.http.request(path)
			.method(method, method.equals("POST") ? BodyPublishers.ofString("{}") : BodyPublishers.noBody())
			.headers((headers.length > 0) ? headers
					: new String[] { "Authorization", USER, "Content-Type", "application/json" }));
	}

	@ParameterizedTest
	@CsvSource({ "GET, /v2/app.css, 200, body { color: black }", "GET, /v2/orders/7, 200, order 7",
			"DELETE, /v2/models/echo, 200, deleted echo", "GET, /v2/models/echo/picture, 200, picture of echo",
			"GET, /v2/logging, 200, the log", "GET, /v2/models/route/x, 200, routed", "GET, /sum, 200, sums",
			"GET, /nowhere, 200, everything else", "GET, /v2/nothing.css, 404, nothing of the shop's",
			"GET, /v2/orders/none, 404, nothing of the shop's", "POST, /v2/orders/7, 405, shop: POST" })
	void whatIsTheApplicationsStaysSo(String method, String path, int status, String body) {
		HttpResponse<String> response = send(method, path);
		assertThat(response.body().strip()).isEqualTo(body);
		assertThat(response.statusCode()).isEqualTo(status);
	}

	@Test
	void protocolAndEndpointsAnswerNextToIt() {
		assertThat(send("GET", "/v2/models/echo").body()).contains("\"name\":\"echo\"");
		assertThat(send("GET", "/v2/models").body()).isEqualTo("{\"models\":[\"echo\"]}");
		assertThat(send("GET", "/v2/health/ready").statusCode()).isEqualTo(200);
		assertThat(send("POST", "/v2/repository/index").statusCode()).isEqualTo(200);
		assertThat(this.http.post("/sum", "[1, 2]", "Authorization", USER, "Content-Type", "application/json").body())
			.isEqualTo("[1,2]");
		assertThat(this.http.post("/v2/models/echo/infer", """
				{"inputs":[{"name":"x","shape":[1],"datatype":"INT64","data":[1]}]}""", "Authorization", USER).body())
			.contains("\"outputs\"");
	}

	@ParameterizedTest
	@CsvSource({ "GET, /v2/models/echo/nothing, 404, there is nothing at /v2/models/echo/nothing",
			"POST, /v2/logging, 405, POST is not allowed at /v2/logging; send GET",
			"GET, /v2/trace/setting, 501, tracing is the application's own: see management.tracing in its configuration",
			"PUT, /v2/models/echo, 405, 'PUT is not allowed at /v2/models/echo; send DELETE, GET, HEAD'" })
	void whereNobodyAnswersAClientOfTheProtocolReadsTheError(String method, String path, int status, String error) {
		HttpResponse<String> response = send(method, path);
		assertThat(HttpCaller.error(response)).isEqualTo(error);
		assertThat(response.statusCode()).isEqualTo(status);
	}

	@ParameterizedTest
	@CsvSource({ "GET, /v2/models/echo, true", "POST, /v2/models/echo/infer, true", "DELETE, /v2/models/echo, false",
			"GET, /v2/orders/7, false", "GET, /v2/models/echo/picture, false" })
	void securityAnswersInTheProtocolsWayOnItsPathsOnly(String method, String path, boolean own) {
		HttpResponse<String> response = send(method, path, "X-Other", "none");
		assertThat(response.statusCode()).isEqualTo(401);
		if (own) {
			assertThat(HttpCaller.error(response)).isEqualTo("Unauthorized");
		}
		else {
			assertThat(response.body()).doesNotContain("{\"error\"");
		}
	}

	@Test
	void errorsOfItsOwnHandlersOnPathsOfTheProtocolAreItsOwn() {
		assertThat(send("DELETE", "/v2/models/broken").body()).contains("\"status\":409", "timestamp");
		assertThat(send("GET", "/sum?broken=true").body()).isEqualTo("shop: broken");
	}

	@ParameterizedTest
	@CsvSource({ "/v2/app.css, true", "/v2/orders/7, true", "/v2/models, false" })
	void serverCompressesWhatIsNotTheProtocols(String path, boolean compressed) {
		HttpResponse<String> response = send("GET", path, "Accept-Encoding", "gzip", "Authorization", USER);
		assertThat(response.headers().firstValue("Content-Encoding").isPresent()).isEqualTo(compressed);
	}

	/**
	 * The protocol at another place leaves all of {@code /v2} to the application.
	 */
	@Nested
	@TestPropertySource(properties = "model-serving.open-inference.base-path=/serving/v2")
	class Moved {

		@ParameterizedTest
		@ValueSource(strings = { "", "/", "/models", "/models/echo", "/health/ready" })
		void protocolIsThere(String path) {
			assertThat(get("/serving/v2" + path).statusCode()).isEqualTo(200);
			assertThat(get("/v2" + path).body()).doesNotContain("\"name\"", "\"models\"");
		}

		private HttpResponse<String> get(String path) {
			return send("GET", path);
		}

		@Test
		void errorsAreTheProtocolsThereAndNotElsewhere() {
			assertThat(HttpCaller.error(get("/serving/v2/models/echo/nothing"))).isNotEmpty();
			assertThat(HttpCaller.error(send("GET", "/serving/v2/models/echo", "X-Other", "none")))
				.isEqualTo("Unauthorized");
			assertThat(get("/v2/models/echo/nothing").body()).isEqualTo("nothing of the shop's");
		}

	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableWebSecurity
	@Import({ FakeRepository.class, Shop.class, ShopErrors.class, SumEndpoint.class })
	static class Application {

		@Bean
		FakeModels models() {
			FakeModels models = new FakeModels();
			List<TensorSpec> specs = List.of(TensorSpec.of("x", DataType.INT64, Shape.of(-1)));
			models.add(new ModelKey("echo", 1), new ModelSignature(specs, specs), NamedTensors.of(Map.of()));
			return models;
		}

		@Bean
		RouterFunction<ServerResponse> shopRoutes() {
			return RouterFunctions.route()
				.GET("/v2/models/route/x", (request) -> ServerResponse.ok().body("routed"))
				.GET("/{page}", (request) -> request.path().equals("/nowhere"),
						(request) -> ServerResponse.ok().body("everything else"))
				.build();
		}

		@Bean
		SecurityFilterChain shopSecurity(HttpSecurity http) {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
				.httpBasic(Customizer.withDefaults())
				.csrf((csrf) -> csrf.disable())
				.build();
		}

		@Bean
		UserDetailsService users() {
			return new InMemoryUserDetailsManager(User.withUsername("user").password("{noop}secret").build());
		}

	}

	@RestController
	static class Shop {

		@GetMapping("/v2/orders/{id}")
		ResponseEntity<String> order(@PathVariable String id) throws NoResourceFoundException {
			if (id.equals("none")) {
				throw new NoResourceFoundException(HttpMethod.GET, "/v2/orders/none", "none");
			}
			return ResponseEntity.ok("order " + id);
		}

		@DeleteMapping("/v2/models/{name}")
		String delete(@PathVariable String name, HttpServletResponse response) throws IOException {
			if (name.equals("broken")) {
				response.sendError(HttpStatus.CONFLICT.value(), "in use");
			}
			return "deleted " + name;
		}

		@GetMapping("/v2/models/{name}/picture")
		String picture(@PathVariable String name) {
			return "picture of " + name;
		}

		@GetMapping("/v2/logging")
		String log() {
			return "the log";
		}

		@GetMapping("/sum")
		String sums(@RequestParam(defaultValue = "false") boolean broken) {
			if (broken) {
				throw new IllegalStateException("broken");
			}
			return "sums";
		}

		@PostMapping("/price")
		String price() {
			return "1";
		}

	}

	@RestControllerAdvice
	static class ShopErrors {

		@ExceptionHandler
		ResponseEntity<String> handle(NoResourceFoundException ex) {
			return ResponseEntity.status(404).body("nothing of the shop's");
		}

		@ExceptionHandler
		ResponseEntity<String> handle(HttpRequestMethodNotSupportedException ex) {
			return ResponseEntity.status(405).body("shop: " + ex.getMethod());
		}

		@ExceptionHandler
		ResponseEntity<String> handle(IllegalStateException ex) {
			return ResponseEntity.status(500).body("shop: " + ex.getMessage());
		}

	}

	@ModelEndpoint(path = "/sum", model = "echo")
	static class SumEndpoint implements ModelHandler<List<Integer>, int[]> {

		@Override
		public NamedTensors encode(List<Integer> request) {
			return NamedTensors.of("x",
					Tensor.of(Shape.of(request.size()), request.stream().mapToLong(i -> i).toArray()));
		}

		@Override
		public int[] decode(List<Integer> request, NamedTensors outputs) {
			return request.stream().mapToInt(i -> i).toArray();
		}

	}

}
