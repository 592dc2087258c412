package io.modelserving.autoconfigure;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
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
import org.springframework.context.annotation.Import;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.client.RestClient;

import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelState;
import io.modelserving.serving.ModelAdministration;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelSnapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests ensembles, which clients of the protocol see as models.
 */
@ExtendWith(OutputCaptureExtension.class)
class EnsembleHttpTests {

	private static final String BODY = """
			{"inputs":[{"name":"x","shape":[2,1],"datatype":"FP32","data":[3,4]}]}""";

	private static ConfigurableApplicationContext context;

	private static RestClient client;

	@BeforeAll
	static void start() {
		Application.late = new CountDownLatch(1);
		context = start("model-serving.ensembles.both.steps[0].model=first",
				"model-serving.ensembles.both.steps[1].model=late",
				"model-serving.ensembles.both.steps[1].output-map.y=answer",
				"model-serving.ensembles.broken.steps[0].model=first",
				"model-serving.ensembles.broken.steps[0].input-map.z=x",
				"model-serving.ensembles.broken.required=false");
		int port = ((WebServerApplicationContext) context).getWebServer().getPort();
		client = RestClient.create("http://localhost:" + port);
	}

	private static ConfigurableApplicationContext start(String... properties) {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.SERVLET)
			.properties("server.port=0", "spring.main.banner-mode=off")
			.properties(properties)
			.run();
	}

	@AfterAll
	static void stop() {
		context.close();
	}

	private static ModelState state(String model) {
		return context.getBean(ModelRegistry.class).find(model).map(ModelSnapshot::status).orElseThrow().state();
	}

	private static void awaitReady() {
		Application.late.countDown();
		context.getBean(Attempts.class).awaitEndOf("both");
	}

	private static Map<String, Object> get(String path) {
		return Objects.requireNonNull(exchange(client.get().uri(path)).getBody());
	}

	private static ResponseEntity<Map<String, Object>> infer(String model) {
		return exchange(client.post()
			.uri("/v2/models/{model}/infer", model)
			.contentType(MediaType.APPLICATION_JSON)
			.body(BODY));
	}

	private static ResponseEntity<Map<String, Object>> exchange(RestClient.RequestHeadersSpec<?> request) {
		return request.retrieve().onStatus((status) -> true, (sent, response) -> {
		}).toEntity(new ParameterizedTypeReference<>() {
		});
	}

	@Test
	void ensembleIsReadyOnceItsStepsAre() {
		if (Application.late.getCount() > 0) {
			assertThat(state("both")).isEqualTo(ModelState.LOADING);
		}
		awaitReady();
		assertThat(state("both")).isEqualTo(ModelState.READY);
	}

	@Test
	@SuppressWarnings("unchecked")
	void clientsCallItLikeAModel() {
		awaitReady();
		ResponseEntity<Map<String, Object>> response = infer("both");
		assertThat(response.getStatusCode().value()).isEqualTo(200);
		List<Map<String, Object>> outputs = (List<Map<String, Object>>) Objects
			.requireNonNull(Objects.requireNonNull(response.getBody()).get("outputs"));
		assertThat(outputs).singleElement()
			.satisfies((output) -> assertThat(output).containsEntry("name", "answer")
				.containsEntry("data", List.of(3.0, 4.0)));
	}

	@Test
	@SuppressWarnings("unchecked")
	void configurationNamesTheSteps() {
		awaitReady();
		Map<String, Object> configuration = get("/v2/models/both/config");
		assertThat(configuration).containsEntry("platform", "ensemble").doesNotContainKey("dynamic_batching");
		Map<String, Object> scheduling = (Map<String, Object>) Objects
			.requireNonNull(configuration.get("ensemble_scheduling"));
		assertThat((List<Map<String, Object>>) Objects.requireNonNull(scheduling.get("step"))).containsExactly(
				Map.of("model_name", "first", "model_version", -1, "input_map", Map.of("x", "x"), "output_map",
						Map.of("y", "y")),
				Map.of("model_name", "late", "model_version", -1, "input_map", Map.of("x", "y"), "output_map",
						Map.of("y", "answer")));
		assertThat(get("/v2/models/first/config")).doesNotContainKey("ensemble_scheduling");
		assertThat(get("/v2/models/both")).containsEntry("platform", "ensemble");
	}

	@Test
	void whenAStepIsDisabledThenTheEnsembleIsUnavailableUntilItIsBack() {
		awaitReady();
		ModelAdministration administration = context.getBean(ModelAdministration.class);
		administration.disable(new ModelKey("first", 1));
		assertThat(infer("both").getStatusCode().value()).isEqualTo(503);
		administration.enable(new ModelKey("first", 1));
		assertThat(infer("both").getStatusCode().value()).isEqualTo(200);
	}

	@Test
	void whenStepsDoNotFitThenTheEnsembleFailsAndSaysWhy() {
		context.getBean(Attempts.class).awaitEndOf("broken");
		assertThat(
				context.getBean(ModelRegistry.class).find("broken").map(ModelSnapshot::status).orElseThrow().reason())
			.contains("maps the input \"z\"");
	}

	@Test
	void whenPropertiesMakeNoSenseThenStartupSaysWhy(CapturedOutput output) {
		fails(output, (text) -> assertThat(text).contains("the ensemble is a step of itself"),
				"model-serving.ensembles.a.steps[0].model=b", "model-serving.ensembles.b.steps[0].model=a");
		fails(output, (text) -> assertThat(text).contains("model-serving.ensembles.empty.steps"),
				"model-serving.ensembles.empty.outputs=y");
		fails(output, (text) -> assertThat(text).contains("it must be at most 256"),
				"model-serving.ensembles.a.steps[0].model=first", "model-serving.ensembles.a.max-in-flight=1000");
	}

	private static void fails(CapturedOutput output, Consumer<String> check, String... properties) {
		int before = output.length();
		assertThatException().isThrownBy(() -> start(properties).close());
		check.accept(output.toString().substring(before));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Attempts.class)
	static class Application {

		static CountDownLatch late = new CountDownLatch(1);

		@Bean
		ModelDefinition first() {
			return StubModels.ready("first");
		}

		@Bean
		ModelDefinition late() {
			return StubModels.loadingUntil(late, "late", true);
		}

	}

}
