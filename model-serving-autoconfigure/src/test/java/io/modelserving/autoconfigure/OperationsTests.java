package io.modelserving.autoconfigure;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.micrometer.metrics.test.autoconfigure.AutoConfigureMetrics;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.client.RestClient;

import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceService;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what operators see of a model that ONNX Runtime runs.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
		properties = { "model-serving.models.affine.location=classpath:models/affine.onnx",
				"model-serving.models.affine.warm-up.samples=classpath:models/affine_input.npy",
				"management.endpoint.models.access=unrestricted",
				"management.endpoints.web.exposure.include=health,info,prometheus,models,metrics" })
@AutoConfigureMetrics
class OperationsTests {

	@LocalServerPort
	private int port;

	@Autowired
	private InferenceService service;

	@BeforeEach
	void awaitModel(@Autowired Attempts attempts) {
		attempts.awaitEndOf("affine");
	}

	@Test
	void whenModelHasRunThenPrometheusKnows() throws Exception {
		infer("affine");
		List<String> known = List.of(
				"model_serving_requests_seconds_count{model=\"affine\",outcome=\"success\",version=\"1\"}",
				"model_serving_requests_seconds_bucket{model=\"affine\"",
				"model_serving_queue_seconds_count{model=\"affine\"",
				"model_serving_execution_seconds_count{model=\"affine\"",
				"model_serving_batch_rows_count{model=\"affine\"",
				"model_serving_dispatches_total{model=\"affine\",reason=\"idle\"",
				"model_serving_queue_rows{model=\"affine\",version=\"1\"} 0.0",
				"model_serving_model_state{model=\"affine\",state=\"ready\",version=\"1\"} 1.0",
				"model_serving_load_seconds{model=\"affine\",version=\"1\"}", "http_server_requests_seconds_count{");
		long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
		String scrape = scrape();
		while (!known.stream().allMatch(scrape::contains) && System.nanoTime() - end < 0) {
			// a call is counted after its caller has the answer
			scrape = scrape();
		}
		assertThat(scrape).contains(known).doesNotContain("model_serving_inference");
		assertThat(scrape.lines().filter((line) -> line.contains("model=\"affine\""))).hasSizeLessThanOrEqualTo(40);
	}

	private String scrape() {
		return String.valueOf(get("/actuator/prometheus", String.class).getBody());
	}

	@Test
	void whenModelIsUnknownThenItsNameIsNoTag() {
		assertThat(this.service.infer(InferenceRequest.of("made-up", inputs()))).failsWithin(1, TimeUnit.MINUTES)
			.withThrowableThat()
			.withCauseInstanceOf(ModelNotFound.class);
		assertThat(get("/actuator/prometheus", String.class).getBody()).doesNotContain("made-up");
	}

	@Test
	void modelsAreShown() throws Exception {
		infer("affine");
		assertThat(json("/actuator/models").at("/models/0/name").asString()).isEqualTo("affine");
		JsonNode version = json("/actuator/models/affine").at("/versions/0");
		assertThat(version.get("state").asString()).isEqualTo("READY");
		assertThat(version.get("location").asString()).isEqualTo("classpath:models/affine.onnx");
		assertThat(version.at("/loaded/inputs/0/dataType").asString()).isEqualTo("FP32");
		assertThat(version.at("/loaded/batching/reason").asString()).isNotBlank();
		assertThat(version.at("/loaded/batching/costCurve").size()).isPositive();
		assertThat(version.at("/queue/dispatches/idle").asLong()).isPositive();
		assertThat(json("/actuator/models/affine/1").get("version").asLong()).isOne();
		assertThat(get("/actuator/models/other", String.class).getStatusCode()).isEqualTo(HttpStatus.NOT_FOUND);
	}

	@Test
	void modelIsReloadedOnRequest() throws Exception {
		ResponseEntity<JsonNode> response = client().post()
			.uri("/actuator/models/affine/reload")
			.contentType(MediaType.APPLICATION_JSON)
			.body(Map.of("version", 1))
			.retrieve()
			.toEntity(JsonNode.class);
		assertThat(response.getStatusCode()).isEqualTo(HttpStatus.OK);
		assertThat(response.getBody()).isNotNull();
		assertThat(response.getBody().at("/versions/0/state").asString()).isEqualTo("READY");
		infer("affine");
	}

	@Test
	void infoNamesModelsAndRuntime() {
		JsonNode info = json("/actuator/info").get("modelServing");
		assertThat(info.get("onnxruntime").asString()).isEqualTo("1.28.0");
		assertThat(info.at("/models/affine/1").asString()).isEqualTo("READY");
	}

	private void infer(String model) throws Exception {
		this.service.infer(InferenceRequest.of(model, inputs())).get(1, TimeUnit.MINUTES);
	}

	private static NamedTensors inputs() {
		return NamedTensors.of("x", Tensor.of(Shape.of(1, 3), 1f, 2f, 3f));
	}

	private JsonNode json(String path) {
		return JsonMapper.shared().readTree(get(path, String.class).getBody());
	}

	private <T> ResponseEntity<T> get(String path, Class<T> type) {
		return client().get().uri(path).retrieve().onStatus((status) -> true, (request, response) -> {
		}).toEntity(type);
	}

	private RestClient client() {
		return RestClient.create("http://localhost:" + this.port);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Attempts attempts() {
			return new Attempts();
		}

	}

}
