package io.modelserving.autoconfigure;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.annotation.DirtiesContext;

import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;
import io.modelserving.serving.ModelAdministration;
import io.modelserving.serving.ModelRegistry;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that other models and liveness answer while callers have the runs of one model go
 * on for ever and the application keeps its own executor busy.
 */
@SpringBootTest(classes = HungRunHttpTests.Application.class,
		webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
		properties = { "model-serving.models.loop.location=classpath:/models/loop.onnx",
				"model-serving.models.loop.batching.default-timeout=0",
				"model-serving.models.affine.location=classpath:/models/affine.onnx",
				"model-serving.defaults.runtime.instances=2", "management.endpoint.health.probes.enabled=true",
				"spring.lifecycle.timeout-per-shutdown-phase=1s", "spring.main.banner-mode=off" })
@DirtiesContext
@Timeout(120)
class HungRunHttpTests {

	private static final ModelKey LOOP = new ModelKey("loop", 1);

	private static final String FOR_EVER = "1000000000000";

	private static final String AFFINE = """
			{"inputs":[{"name":"x","shape":[1,3],"datatype":"FP32","data":[1,2,3]}]}""";

	private final HttpClient client = HttpClient.newHttpClient();

	private final CountDownLatch busy = new CountDownLatch(1);

	@LocalServerPort
	private int port;

	@Autowired
	private ModelRegistry registry;

	@Autowired
	private ModelAdministration administration;

	@BeforeEach
	void keepTheApplicationsExecutorBusy(@Autowired @Qualifier("applicationTaskExecutor") Executor executor) {
		for (int i = 0; i < 16; i++) {
			executor.execute(() -> StubModels.await(this.busy));
		}
		await(() -> this.registry.models().stream().allMatch((model) -> model.status().state() == ModelState.READY));
	}

	@AfterEach
	void leaveItAlone() {
		this.busy.countDown();
	}

	@Test
	void whenRunsGoOnForEverThenOthersAnswerAndTheModelServesAgainAfterwards() throws Exception {
		assertThat(get(infer("loop", loop("3", ""))).statusCode()).as("the first request is slow").isEqualTo(200);
		List<CompletableFuture<HttpResponse<String>>> endless = Stream
			.generate(() -> infer("loop", loop(FOR_EVER, "\"timeout\":1000000")))
			.limit(2)
			.toList();
		for (CompletableFuture<HttpResponse<String>> call : endless) {
			assertThat(get(call).statusCode()).isEqualTo(504);
		}
		assertThat(get(infer("loop", loop("3", ""))).body()).contains("\"data\":[4.0]");
		List<CompletableFuture<HttpResponse<String>>> unlimited = Stream
			.generate(() -> infer("loop", loop(FOR_EVER, "")))
			.limit(2)
			.toList();
		await(() -> this.registry.find(LOOP).orElseThrow().batcher().busyInstances() == 2);
		assertThat(get(infer("affine", AFFINE)).statusCode()).isEqualTo(200);
		assertThat(get(send(request("/actuator/health/liveness").GET().build())).statusCode()).isEqualTo(200);
		assertThat(unlimited).noneMatch(CompletableFuture::isDone);
		ModelStatus unloaded = this.administration.unload(LOOP).get(60, TimeUnit.SECONDS);
		assertThat(unloaded.state()).isEqualTo(ModelState.UNLOADED);
		assertThat(unloaded.reason()).isEmpty();
		for (CompletableFuture<HttpResponse<String>> call : unlimited) {
			assertThat(get(call).statusCode()).isEqualTo(503);
		}
	}

	private static String loop(String times, String parameters) {
		return "{\"parameters\":{%s},\"inputs\":[{\"name\":\"n\",\"shape\":[1,1],\"datatype\":\"INT64\",\"data\":[%s]}]}"
			.formatted(parameters, times);
	}

	private CompletableFuture<HttpResponse<String>> infer(String model, String body) {
		return send(request("/v2/models/" + model + "/infer").POST(BodyPublishers.ofString(body)).build());
	}

	private CompletableFuture<HttpResponse<String>> send(HttpRequest request) {
		return this.client.sendAsync(request, BodyHandlers.ofString());
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + path));
	}

	private static HttpResponse<String> get(CompletableFuture<HttpResponse<String>> response) throws Exception {
		return response.get(60, TimeUnit.SECONDS);
	}

	private static void await(BooleanSupplier condition) {
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
		while (!condition.getAsBoolean() && System.nanoTime() - end < 0) {
			Thread.onSpinWait();
		}
		assertThat(condition.getAsBoolean()).isTrue();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
