package io.modelserving.autoconfigure;

import java.util.List;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.client.RestClient;

import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelLoadException;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.ModelAdministration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the probes of a real web server wait for the models, and say why.
 */
class ReadinessTests {

	private static final String HEALTH = "/actuator/health";

	private static final String READINESS = "/actuator/health/readiness";

	private static final String LIVENESS = "/actuator/health/liveness";

	private final CountDownLatch latch = new CountDownLatch(1);

	private ConfigurableApplicationContext context;

	@AfterEach
	void close() {
		this.latch.countDown();
		this.context.close();
	}

	@Test
	void whileModelLoadsThenLivenessIsUpAndReadinessSaysWhy() {
		start(StubModels.loadingUntil(this.latch, "digits", true));
		assertThat(get(LIVENESS).getStatusCode()).isEqualTo(HttpStatus.OK);
		ResponseEntity<String> readiness = get(READINESS);
		assertThat(readiness.getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
		assertThat(readiness.getBody()).contains("digits:1 is LOADING");
		this.latch.countDown();
		awaitLoaded("digits");
		readiness = get(READINESS);
		assertThat(readiness.getStatusCode()).isEqualTo(HttpStatus.OK);
		assertThat(readiness.getBody()).contains("\"digits\"").contains("\"state\":\"READY\"");
	}

	@Test
	void whenModelFailsThenReadinessGivesReasonAndAction() {
		start(StubModels.failing("digits", true));
		awaitLoaded("digits");
		ResponseEntity<String> readiness = get(READINESS);
		assertThat(readiness.getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
		assertThat(readiness.getBody()).contains("digits:1 is FAILED: the file is broken. Export it again.");
		assertThat(get(LIVENESS).getStatusCode()).isEqualTo(HttpStatus.OK);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
			never           | /srv/models/digits.onnx is broken: Load model from /srv/models/digits.onnx failed
			when-authorized | /srv/models/digits.onnx is broken
			always          | /srv/my models/digits.onnx is broken
			always          | C:\\srv\\digits.onnx is broken
			always          | location "file:/srv/models" has no version, see https://user:secret@srv/models/1
			always          | /onnxruntime_src/onnxruntime/core/graph/model.cc:182 onnxruntime::Model(int) Unknown
			always          | broken [Source: REDACTED (`X` disabled); line: 1, column: 2] at /srv/model.yml
			                | /srv/models/digits.onnx is broken
			                | java.io.IOException: /srv/models/digits.onnx (Permission denied)
			                | jar:file:/srv/app.jar!/models/digits.onnx is broken
			""")
	void whenModelFailsThenNobodySeesWhereItIs(String showDetails, String reason) {
		ModelDefinition failing = StubModels.definition("digits", true, (file, resources) -> {
			throw new ModelLoadException(reason, "Export it again.", false, null);
		});
		start(failing, (showDetails != null) ? "management.endpoint.health.show-details=" + showDetails : "a=b",
				"management.endpoints.web.exposure.include=health,models");
		awaitLoaded("digits");
		List<ResponseEntity<String>> seen = List.of(get(READINESS), get("/actuator/health"), get("/v2/health/ready"),
				get("/v2/models/digits"), get("/v2/models/digits/ready"), get("/v2/models/digits/config"),
				post("/v2/models/digits/infer"), post("/v2/repository/index"));
		assertThat(seen).allSatisfy((response) -> assertThat(response.getBody()).doesNotContain("srv", "onnxruntime",
				"Source", "REDACTED", "Exception", "java.", "secret", ".cc"));
		assertThat(get("/actuator/models/digits").getBody()).as("what operators see")
			.contains(reason.replace("\\", "\\\\").replace("\"", "\\\""));
	}

	@Test
	void whenModelIsNotRequiredThenReadinessDoesNotWait() {
		start(StubModels.loadingUntil(this.latch, "extra", false));
		ResponseEntity<String> readiness = get(READINESS);
		assertThat(readiness.getStatusCode()).isEqualTo(HttpStatus.OK);
		assertThat(readiness.getBody()).doesNotContain("extra");
	}

	@Test
	void whileARequiredModelLoadsOrHasFailedThenHealthAgreesWithReadiness() {
		start(StubModels.loadingUntil(this.latch, "digits", true));
		assertThat(get(HEALTH).getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
		this.latch.countDown();
		awaitLoaded("digits");
		assertThat(get(HEALTH).getStatusCode()).isEqualTo(HttpStatus.OK);
		assertThat(get(READINESS).getStatusCode()).isEqualTo(HttpStatus.OK);
		ModelAdministration administration = this.context.getBean(ModelAdministration.class);
		administration.load(StubModels.failing("other", true)).join();
		assertThat(get(HEALTH).getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
		assertThat(get(READINESS).getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
	}

	@Test
	void whenOnlyAModelThatIsNotRequiredFailsThenHealthStaysUpAndTellsWhy() {
		start(StubModels.failing("extra", false), "management.endpoint.health.show-details=always");
		awaitLoaded("extra");
		ResponseEntity<String> health = get(HEALTH);
		assertThat(health.getStatusCode()).isEqualTo(HttpStatus.OK);
		assertThat(health.getBody()).contains("\"status\":\"UP\"").contains("extra:1 is FAILED: the file is broken.");
		ResponseEntity<String> own = get("/actuator/health/models/extra");
		assertThat(own.getStatusCode()).isEqualTo(HttpStatus.OK);
		assertThat(own.getBody()).contains("\"status\":\"UNKNOWN\"").contains("the file is broken.");
		assertThat(get(READINESS).getStatusCode()).isEqualTo(HttpStatus.OK);
	}

	@Test
	void whileAModelThatIsNotRequiredLoadsThenHealthIsUp() {
		start(StubModels.loadingUntil(this.latch, "extra", false));
		assertThat(get(HEALTH).getStatusCode()).isEqualTo(HttpStatus.OK);
	}

	@Test
	void whenAGroupNamesAModelThatIsNotRequiredThenItCounts() {
		start(StubModels.failing("extra", false), "management.endpoint.health.group.vision.include=models/extra");
		awaitLoaded("extra");
		assertThat(get("/actuator/health/vision").getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
		assertThat(get(HEALTH).getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
		assertThat(get(READINESS).getStatusCode()).isEqualTo(HttpStatus.OK);
	}

	@Test
	void whenUserHasOwnReadinessGroupThenModelsJoinIt() {
		start(StubModels.loadingUntil(this.latch, "digits", true),
				"management.endpoint.health.group.readiness.include=readinessState,ping",
				"management.endpoint.health.group.readiness.show-details=always");
		ResponseEntity<String> readiness = get(READINESS);
		assertThat(readiness.getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
		assertThat(readiness.getBody()).contains("\"ping\"").contains("digits:1 is LOADING");
	}

	@Test
	void whenUserExcludesModelsFromReadinessThenTheyDoNotCount() {
		start(StubModels.loadingUntil(this.latch, "digits", true),
				"management.endpoint.health.group.readiness.include=readinessState,models",
				"management.endpoint.health.group.readiness.exclude=models");
		assertThat(get(READINESS).getStatusCode()).isEqualTo(HttpStatus.OK);
	}

	@Test
	void whenUserHidesDetailsThenReadinessGivesTheStatusAlone() {
		start(StubModels.loadingUntil(this.latch, "digits", true), "management.endpoint.health.show-details=never");
		ResponseEntity<String> readiness = get(READINESS);
		assertThat(readiness.getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
		assertThat(readiness.getBody()).isEqualTo("{\"status\":\"OUT_OF_SERVICE\"}");
	}

	@Test
	void whenHealthOfModelsIsDisabledThenReadinessIsSpringBoots() {
		start(StubModels.loadingUntil(this.latch, "digits", true), "management.health.models.enabled=false");
		ResponseEntity<String> readiness = get(READINESS);
		assertThat(readiness.getStatusCode()).isEqualTo(HttpStatus.OK);
		assertThat(readiness.getBody()).isEqualTo("{\"status\":\"UP\"}");
	}

	@Test
	void whenModelIsLoadedAndUnloadedAtRunTimeThenItsHealthComesAndGoes() {
		start(StubModels.ready("digits"), "management.endpoint.health.show-details=always");
		awaitLoaded("digits");
		ModelAdministration administration = this.context.getBean(ModelAdministration.class);
		assertThat(get("/actuator/health/models/late").getStatusCode()).isEqualTo(HttpStatus.NOT_FOUND);
		administration.load(StubModels.ready("late")).join();
		assertThat(get("/actuator/health/models/late").getStatusCode()).isEqualTo(HttpStatus.OK);
		administration.unload(new ModelKey("late", 1)).join();
		assertThat(get("/actuator/health/models/late").getStatusCode()).isEqualTo(HttpStatus.NOT_FOUND);
		assertThat(get(READINESS).getStatusCode()).isEqualTo(HttpStatus.OK);
	}

	@Test
	void whenAdditionalPathsAreAddedThenTheyWait() {
		start(StubModels.loadingUntil(this.latch, "digits", true),
				"management.endpoint.health.probes.add-additional-paths=true");
		assertThat(get("/livez").getStatusCode()).isEqualTo(HttpStatus.OK);
		assertThat(get("/readyz").getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
	}

	private void start(ModelDefinition definition, String... properties) {
		SpringApplication application = new SpringApplicationBuilder(Application.class).web(WebApplicationType.SERVLET)
			.properties("server.port=0", "spring.main.banner-mode=off")
			.properties(properties)
			.initializers((context) -> context.getBeanFactory().registerSingleton("definition", definition))
			.build();
		this.context = application.run();
	}

	/** Waits until the attempt to load has ended, behind which this one comes. */
	private void awaitLoaded(String model) {
		this.context.getBean(Attempts.class).awaitEndOf(model);
	}

	private ResponseEntity<String> get(String path) {
		return exchange(HttpMethod.GET, path);
	}

	private ResponseEntity<String> post(String path) {
		return exchange(HttpMethod.POST, path);
	}

	private ResponseEntity<String> exchange(HttpMethod method, String path) {
		int port = ((WebServerApplicationContext) this.context).getWebServer().getPort();
		return RestClient.create("http://localhost:" + port)
			.method(method)
			.uri(path)
			.retrieve()
			.onStatus((status) -> true, (request, response) -> {
			})
			.toEntity(String.class);
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
