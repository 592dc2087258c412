package io.modelserving.autoconfigure;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.client.RestClient;

import io.modelserving.endpoint.ModelEndpoint;
import io.modelserving.endpoint.ModelHandler;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.ServingListener;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

/**
 * Tests for the start of endpoints.
 */
@ExtendWith(OutputCaptureExtension.class)
class ExampleValidationTests {

	private ConfigurableApplicationContext context;

	@AfterEach
	void close() {
		this.context.close();
	}

	@Test
	void whenModelDoesNotTakeExampleThenEndpointDoesNotStart(CapturedOutput log) throws Exception {
		start(WrongExample.class);
		assertThat(log).contains("ERROR")
			.contains("Endpoint /wrong does not start. ")
			.contains("WrongExample.encode made inputs that the model does not take: input \"x\": shape [1, 2] does not"
					+ " match [-1, 1]")
			.contains("model-serving.endpoints.example-check");
		assertThat(get("/actuator/health/readiness").getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
		assertThat(get("/actuator/health/readiness").getBody())
			.contains("endpoint /wrong has not started: its example does not work; the log says why");
		ResponseEntity<String> response = post("/wrong", "[1]");
		assertThat(response.getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
		assertThat(response.getBody()).contains("endpoint /wrong has not started").doesNotContain("WrongExample");
		assertThat(response.getHeaders().getFirst(HttpHeaders.RETRY_AFTER)).isEqualTo("1");
	}

	@Test
	void whenEndpointsMayStartAllTheSameThenThatIsAWarning(CapturedOutput log) throws Exception {
		start(WrongExample.class, "model-serving.endpoints.example-check=warn");
		assertThat(log).contains("Endpoint /wrong serves on. ").doesNotContain("ERROR");
		assertThat(post("/wrong", "[1]").getStatusCode()).isEqualTo(HttpStatus.OK);
		assertThat(get("/actuator/health/readiness").getStatusCode()).isEqualTo(HttpStatus.OK);
	}

	@Test
	void whenExamplesAreNotTriedThenNothingIsLogged(CapturedOutput log) throws Exception {
		start(WrongExample.class, "model-serving.endpoints.example-check=off");
		assertThat(log).doesNotContain("The example of");
		assertThat(post("/wrong", "[1]").getStatusCode()).isEqualTo(HttpStatus.OK);
	}

	@Test
	void whenHandlerCannotDecodeItsExampleThenEndpointDoesNotStart(CapturedOutput log) throws Exception {
		start(WrongDecode.class);
		assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
			while (!log.toString().contains("Endpoint /decode does not start. ")) {
				Thread.onSpinWait();
			}
		});
		assertThat(log).contains("WrongDecode.decode threw java.lang.IllegalArgumentException: no tensor \"q\"");
		assertThat(get("/actuator/health/readiness").getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
	}

	@Test
	void whenModelAnswersExampleThenEndpointStartsAndNoCallIsCounted(CapturedOutput log) throws Exception {
		start(RightExample.class);
		assertThat(post("/right", "[1]").getStatusCode()).isEqualTo(HttpStatus.OK);
		assertThat(log).doesNotContain("The example of");
		assertThat(this.context.getBean(MeterRegistry.class)
			.get("model.serving.requests")
			.tag("outcome", "success")
			.timer()
			.count()).isEqualTo(1);
	}

	private void start(Class<?> endpoint, String... properties) throws InterruptedException {
		this.context = new SpringApplicationBuilder(Application.class, endpoint).web(WebApplicationType.SERVLET)
			.properties("server.port=0", "spring.main.banner-mode=off", "spring.grpc.server.port=0")
			.properties(properties)
			.run();
		this.context.getBean(ReadyLatch.class).await();
	}

	private ResponseEntity<String> get(String path) {
		return exchange(client().get().uri(path));
	}

	private ResponseEntity<String> post(String path, String json) {
		return exchange(client().post().uri(path).contentType(MediaType.APPLICATION_JSON).body(json));
	}

	private RestClient client() {
		return RestClient
			.create("http://localhost:" + ((WebServerApplicationContext) this.context).getWebServer().getPort());
	}

	private static ResponseEntity<String> exchange(RestClient.RequestHeadersSpec<?> request) {
		return request.retrieve().onStatus((status) -> true, (sent, response) -> {
		}).toEntity(String.class);
	}

	/** Hears of the model after the class under test. */
	@Order(Ordered.LOWEST_PRECEDENCE)
	static class ReadyLatch implements ServingListener {

		private final CountDownLatch ready = new CountDownLatch(1);

		@Override
		public void statusChanged(ModelStatus status) {
			if (status.state() == ModelState.READY) {
				this.ready.countDown();
			}
		}

		void await() throws InterruptedException {
			assertThat(this.ready.await(Duration.ofSeconds(30).toSeconds(), TimeUnit.SECONDS)).isTrue();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		ModelDefinition echo() {
			return StubModels.ready("echo");
		}

		@Bean
		ReadyLatch readyLatch() {
			return new ReadyLatch();
		}

	}

	private abstract static class Numbers implements ModelHandler<float[], Float> {

		@Override
		public NamedTensors encode(float[] request) {
			return NamedTensors.of("x", Tensor.of(Shape.of(1, request.length), request));
		}

		@Override
		public Float decode(float[] request, NamedTensors outputs) {
			return outputs.numeric("y").toFloats()[0];
		}

	}

	@ModelEndpoint(path = "/wrong", model = "echo")
	static class WrongExample extends Numbers {

		@Override
		public float[] example() {
			return new float[2];
		}

	}

	@ModelEndpoint(path = "/right", model = "echo")
	static class RightExample extends Numbers {

		@Override
		public float[] example() {
			return new float[1];
		}

	}

	@ModelEndpoint(path = "/decode", model = "echo")
	static class WrongDecode extends Numbers {

		@Override
		public Float decode(float[] request, NamedTensors outputs) {
			return outputs.numeric("q").toFloats()[0];
		}

		@Override
		public float[] example() {
			return new float[1];
		}

	}

}
