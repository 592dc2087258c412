package io.modelserving.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.modelserving.grpc.GRPCInferenceServiceGrpc;
import io.modelserving.grpc.InferTensorContents;
import io.modelserving.grpc.ModelInferRequest;
import io.modelserving.grpc.ModelInferRequest.InferInputTensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.client.RestClient;

import io.modelserving.batching.admission.LatencyObjective;
import io.modelserving.batching.Priorities;
import io.modelserving.endpoint.ModelEndpoint;
import io.modelserving.endpoint.ModelHandler;
import io.modelserving.serving.BatchingSettings;
import io.modelserving.serving.BatchingSettings.Verification;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.PaddingRule;
import io.modelserving.tensor.NamedTensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests what callers of each protocol get while the one instance of a model is busy and
 * its queue is full.
 */
class SaturatedModelTests {

	private final CountDownLatch running = new CountDownLatch(1);

	private final CountDownLatch finish = new CountDownLatch(1);

	private final List<CompletableFuture<InferenceResult>> accepted = new ArrayList<>();

	private ConfigurableApplicationContext context;

	@BeforeEach
	void saturate() {
		ModelDefinition ready = StubModels.definition("echo", true,
				(file, resources) -> StubModels.blocking(this.running, this.finish));
		ModelDefinition definition = new ModelDefinition(ready.key(), ready.source(), ready.loader(), true,
				ready.instances(), new BatchingSettings(1, Duration.ZERO, 1, null, Verification.OFF, PaddingRule.NONE,
						Priorities.NONE, new LatencyObjective(Duration.ofHours(1), 0.95)),
				ready.warmUp());
		this.context = new SpringApplicationBuilder(Application.class).web(WebApplicationType.SERVLET)
			.properties("server.port=0", "spring.grpc.server.port=0", "spring.main.banner-mode=off",
					"management.endpoints.web.exposure.include=models")
			.initializers((context) -> context.getBeanFactory().registerSingleton("definition", definition))
			.run();
		this.context.getBean(Attempts.class).awaitEndOf("echo");
		InferenceService service = this.context.getBean(InferenceService.class);
		this.accepted.add(service.infer(InferenceRequest.of("echo", StubModels.row(StubModels.BLOCKING))));
		StubModels.await(this.running);
		this.accepted.add(service.infer(InferenceRequest.of("echo", StubModels.row(1))));
	}

	@AfterEach
	void end() {
		this.finish.countDown();
		assertThat(this.accepted).allSatisfy((answer) -> assertThat(answer).succeedsWithin(1, TimeUnit.MINUTES));
		this.context.close();
	}

	@Test
	void typedEndpointAnswers429WithRetryAfter() {
		ResponseEntity<JsonNode> response = post("/same", Map.of("value", 2));
		assertRejected(response);
		assertThat(body(response).get("detail").asString()).startsWith("the queue is full");
	}

	@Test
	void openInferenceProtocolAnswers429WithRetryAfter() {
		ResponseEntity<JsonNode> response = post("/v2/models/echo/infer", Map.of("inputs",
				List.of(Map.of("name", "x", "datatype", "FP32", "shape", List.of(1, 1), "data", List.of(2)))));
		assertRejected(response);
		assertThat(body(response).get("error").asString()).startsWith("the queue is full");
	}

	@Test
	void grpcAnswersResourceExhausted() {
		ManagedChannel channel = ManagedChannelBuilder
			.forAddress("localhost", this.context.getBean(GrpcServerLifecycle.class).getPort())
			.usePlaintext()
			.build();
		try {
			ModelInferRequest request = ModelInferRequest.newBuilder()
				.setModelName("echo")
				.addInputs(InferInputTensor.newBuilder()
					.setName("x")
					.setDatatype("FP32")
					.addShape(1)
					.addShape(1)
					.setContents(InferTensorContents.newBuilder().addFp32Contents(2)))
				.build();
			StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class,
					() -> GRPCInferenceServiceGrpc.newBlockingStub(channel)
						.withDeadlineAfter(1, TimeUnit.MINUTES)
						.modelInfer(request));
			assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
			assertThat(failure.getStatus().getDescription()).startsWith("the queue is full");
		}
		finally {
			channel.shutdownNow();
		}
	}

	@Test
	void actuatorSaysWhatTheObjectiveHasChosen() {
		ResponseEntity<JsonNode> model = client().get()
			.uri("/actuator/models/echo/1")
			.retrieve()
			.toEntity(JsonNode.class);
		JsonNode objective = body(model).get("objective");
		assertThat(objective.get("latency").asString()).isEqualTo("PT1H");
		assertThat(objective.get("percentile").asDouble()).isEqualTo(0.95);
		assertThat(objective.get("maxBatchSize").asInt()).isOne();
		assertThat(objective.get("maxQueueDelay").asString()).isEqualTo("PT0S");
		assertThat(objective.get("calibration").asDouble()).isOne();
		assertThat(objective.get("reason").asString()).startsWith("batches are as large as they may be");
		assertThat(objective.has("predictedWait")).isTrue();
	}

	private static void assertRejected(ResponseEntity<JsonNode> response) {
		assertThat(response.getStatusCode()).isEqualTo(HttpStatus.TOO_MANY_REQUESTS);
		assertThat(response.getHeaders().getFirst("Retry-After"))
			.satisfies((seconds) -> assertThat(Long.parseLong(String.valueOf(seconds))).isPositive());
	}

	private static JsonNode body(ResponseEntity<JsonNode> response) {
		JsonNode body = response.getBody();
		assertThat(body).isNotNull();
		return body;
	}

	private ResponseEntity<JsonNode> post(String path, Object body) {
		return client().post()
			.uri(path)
			.contentType(MediaType.APPLICATION_JSON)
			.body(body)
			.retrieve()
			.onStatus((status) -> true, (request, response) -> {
			})
			.toEntity(JsonNode.class);
	}

	private RestClient client() {
		int port = ((WebServerApplicationContext) this.context).getWebServer().getPort();
		return RestClient.create("http://localhost:" + port);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Attempts attempts() {
			return new Attempts();
		}

		@Bean
		SameEndpoint sameEndpoint() {
			return new SameEndpoint();
		}

	}

	record Value(float value) {
	}

	@ModelEndpoint(path = "/same", model = "echo")
	static class SameEndpoint implements ModelHandler<Value, Value> {

		@Override
		public NamedTensors encode(Value request) {
			return StubModels.row(request.value());
		}

		@Override
		public Value decode(Value request, NamedTensors outputs) {
			return new Value(outputs.numeric("y").toFloats()[0]);
		}

	}

}
