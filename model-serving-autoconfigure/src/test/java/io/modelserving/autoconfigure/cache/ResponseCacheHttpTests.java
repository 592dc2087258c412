package io.modelserving.autoconfigure.cache;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.web.client.RestClient;

import io.modelserving.endpoint.ModelEndpoint;
import io.modelserving.endpoint.ModelHandler;
import io.modelserving.grpc.GRPCInferenceServiceGrpc;
import io.modelserving.grpc.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.modelserving.grpc.InferParameter;
import io.modelserving.grpc.InferTensorContents;
import io.modelserving.grpc.ModelConfigRequest;
import io.modelserving.grpc.ModelInferRequest;
import io.modelserving.grpc.ModelStatisticsRequest;
import io.modelserving.grpc.StatisticDuration;
import io.modelserving.model.ModelKey;
import io.modelserving.serving.ModelAdministration;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests what callers and operators see of the response cache.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
		properties = { "model-serving.models.m.location=classpath:models/identity_float.onnx",
				"model-serving.models.m.cache=true", "spring.grpc.server.port=0",
				"spring.grpc.server.address=127.0.0.1", "management.endpoints.web.exposure.include=models",
				"management.endpoint.models.access=unrestricted" })
@DirtiesContext
class ResponseCacheHttpTests {

	private static final ModelKey KEY = new ModelKey("m", 1);

	@LocalServerPort
	private int port;

	@Autowired
	private GrpcServerLifecycle grpc;

	@Autowired
	private MeterRegistry meters;

	@BeforeEach
	void load(@Autowired ModelAdministration administration) throws Exception {
		administration.reload(KEY).get();
	}

	@Test
	void theResponseSaysWhereItComesFrom() {
		assertThat(infer(1, null)).isEqualTo("model-serving; fwd=miss");
		assertThat(infer(1, null)).isEqualTo("model-serving; hit");
		assertThat(infer(2, null)).isEqualTo("model-serving; fwd=miss");
	}

	@ParameterizedTest
	@CsvSource({ "no-cache, hit", "no-store, fwd=miss", "max-age=0, hit" })
	void aCallMayAskForARun(String cacheControl, String afterwards) {
		assertThat(infer(1, cacheControl)).isEqualTo("model-serving; fwd=request");
		assertThat(infer(1, null)).isEqualTo("model-serving; " + afterwards);
	}

	@Test
	void aTypedRequestIsAnsweredFromTheCacheUnlessItAsksForARun() {
		assertThat(typed(5, null)).isEqualTo("model-serving; fwd=miss");
		assertThat(typed(5, null)).isEqualTo("model-serving; hit");
		assertThat(typed(5, "no-cache")).isEqualTo("model-serving; fwd=request");
		assertThat(infer(5, null)).as("the same inputs").isEqualTo("model-serving; hit");
	}

	@Test
	void statisticsAndConfigurationAreThoseOfTriton() {
		JsonNode before = get("/v2/models/m/stats").at("/model_stats/0/inference_stats");
		infer(1, null);
		infer(1, null);
		infer(1, null);
		JsonNode stats = get("/v2/models/m/stats").at("/model_stats/0/inference_stats");
		assertThat(stats.at("/cache_hit/count").asLong() - before.at("/cache_hit/count").asLong()).isEqualTo(2);
		assertThat(stats.at("/cache_hit/ns").asLong()).isGreaterThan(before.at("/cache_hit/ns").asLong());
		assertThat(stats.at("/cache_miss/count").asLong() - before.at("/cache_miss/count").asLong()).isEqualTo(1);
		assertThat(stats.at("/cache_miss/ns").asLong()).isGreaterThan(before.at("/cache_miss/ns").asLong());
		assertThat(stats.at("/success/count").asLong() - before.at("/success/count").asLong()).isEqualTo(3);
		assertThat(get("/v2/models/m/config").at("/response_cache/enable").asBoolean()).isTrue();
	}

	@Test
	void theSameHoldsForGrpc() {
		ManagedChannel channel = ManagedChannelBuilder.forAddress("127.0.0.1", this.grpc.getPort())
			.usePlaintext()
			.build();
		try {
			GRPCInferenceServiceBlockingStub stub = GRPCInferenceServiceGrpc.newBlockingStub(channel);
			StatisticDuration before = hits(stub);
			stub.modelInfer(grpcRequest(null));
			stub.modelInfer(grpcRequest(null));
			assertThat(hits(stub).getCount() - before.getCount()).isEqualTo(1);
			stub.modelInfer(grpcRequest("no-cache"));
			assertThat(hits(stub).getCount() - before.getCount()).isEqualTo(1);
			assertThat(stub.modelConfig(ModelConfigRequest.newBuilder().setName("m").build())
				.getConfig()
				.getResponseCache()
				.getEnable()).isTrue();
		}
		finally {
			channel.shutdownNow();
		}
	}

	@Test
	void operatorsSeeTheCacheAndClearIt() {
		infer(1, null);
		infer(1, null);
		JsonNode cache = get("/actuator/models/m").at("/versions/0/cache");
		assertThat(cache.at("/entries").asInt()).isEqualTo(1);
		assertThat(cache.at("/bytes").asLong()).isPositive();
		assertThat(cache.at("/hits").asInt()).isEqualTo(1);
		assertThat(cache.at("/obstacle").asString()).isEmpty();
		assertThat(this.meters.get("model.serving.cache.entries").gauge().value()).isEqualTo(1);
		assertThat(this.meters.get("model.serving.cache.size").gauge().value()).isPositive();
		assertThat(this.meters.get("model.serving.cache.requests").tag("outcome", "hit").counter().count())
			.isPositive();
		assertThat(client().post()
			.uri("/actuator/models/m/clear-cache")
			.contentType(MediaType.APPLICATION_JSON)
			.retrieve()
			.toBodilessEntity()
			.getStatusCode()
			.value()).isEqualTo(200);
		assertThat(get("/actuator/models/m").at("/versions/0/cache/entries").asInt()).isZero();
		assertThat(infer(1, null)).isEqualTo("model-serving; fwd=miss");
	}

	private static StatisticDuration hits(GRPCInferenceServiceBlockingStub stub) {
		return stub.modelStatistics(ModelStatisticsRequest.newBuilder().setName("m").build())
			.getModelStats(0)
			.getInferenceStats()
			.getCacheHit();
	}

	private static ModelInferRequest grpcRequest(@Nullable String cacheControl) {
		ModelInferRequest.Builder request = ModelInferRequest.newBuilder()
			.setModelName("m")
			.addInputs(ModelInferRequest.InferInputTensor.newBuilder()
				.setName("x")
				.setDatatype("FP32")
				.addShape(1)
				.addShape(1)
				.setContents(InferTensorContents.newBuilder().addFp32Contents(1)));
		if (cacheControl != null) {
			request.putParameters("cache_control", InferParameter.newBuilder().setStringParam(cacheControl).build());
		}
		return request.build();
	}

	private @Nullable String infer(float value, @Nullable String cacheControl) {
		ResponseEntity<String> response = post("/v2/models/m/infer", """
				{"inputs":[{"name":"x","shape":[1,1],"datatype":"FP32","data":[%s]}]}""".formatted(value),
				cacheControl);
		assertThat(response.getBody()).contains("\"data\":[%s]".formatted(value));
		return response.getHeaders().getFirst("Cache-Status");
	}

	private @Nullable String typed(float value, @Nullable String cacheControl) {
		ResponseEntity<String> response = post("/echo", "{\"value\":%s}".formatted(value), cacheControl);
		assertThat(response.getBody()).isEqualTo("{\"value\":%s}".formatted(value));
		return response.getHeaders().getFirst("Cache-Status");
	}

	private ResponseEntity<String> post(String path, String body, @Nullable String cacheControl) {
		RestClient.RequestBodySpec request = client().post().uri(path).contentType(MediaType.APPLICATION_JSON);
		if (cacheControl != null) {
			request.header("Cache-Control", cacheControl);
		}
		return request.body(body).retrieve().toEntity(String.class);
	}

	private JsonNode get(String path) {
		return JsonMapper.shared().readTree(client().get().uri(path).retrieve().body(String.class));
	}

	private RestClient client() {
		return RestClient.create("http://localhost:" + this.port);
	}

	/**
	 * An application with a typed endpoint of the same model.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		MeterRegistry meterRegistry() {
			return new SimpleMeterRegistry();
		}

		@Bean
		Echo echo() {
			return new Echo();
		}

	}

	/** A number. */
	record Number(float value) {
	}

	@ModelEndpoint(path = "/echo", model = "m")
	static class Echo implements ModelHandler<Number, Number> {

		@Override
		public NamedTensors encode(Number request) {
			return NamedTensors.of("x", Tensor.of(Shape.of(1, 1), request.value()));
		}

		@Override
		public Number decode(Number request, NamedTensors outputs) {
			return new Number(outputs.numeric("y").toFloats()[0]);
		}

	}

}
