package io.modelserving.autoconfigure.openinference;

import io.modelserving.autoconfigure.OwnAutoConfigurations;
import java.time.Duration;
import java.util.List;

import io.modelserving.openinference.FakeModels;
import io.modelserving.openinference.FakeRepository;
import io.modelserving.openinference.RepositoryControl;
import io.modelserving.openinference.OutputLabels;
import io.modelserving.openinference.http.OpenInferenceRoutes;
import io.modelserving.openapi.ModelOpenApi;
import io.modelserving.openinference.openapi.OpenInferenceApi;
import io.modelserving.serving.statistics.ModelStatistics;
import io.modelserving.web.BodyBounds;
import io.modelserving.web.Execution;
import io.modelserving.web.RequestExecution;
import io.modelserving.web.ResponseCompression;
import io.modelserving.tensor.BufferPool;
import io.swagger.v3.oas.models.OpenAPI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springdoc.core.customizers.OpenApiCustomizer;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.util.unit.DataSize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.DispatcherServlet;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OpenInferenceHttpAutoConfiguration} and what goes with it.
 */
class OpenInferenceHttpAutoConfigurationTests {

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(OwnAutoConfigurations.and(WebMvcAutoConfiguration.class, JacksonAutoConfiguration.class))
		.withUserConfiguration(FakeModels.class, FakeRepository.class);

	@Test
	void whenThereAreModelsThenTheyAreServed() {
		this.runner.run((context) -> assertThat(context).hasSingleBean(OpenInferenceRoutes.class)
			.hasSingleBean(OpenInferenceApi.class)
			.hasBean("openInferenceRouterFunction")
			.hasBean("openInferenceUnknownPaths"));
	}

	@Test
	void whenDisabledThenThereIsNothing() {
		this.runner.withPropertyValues("model-serving.open-inference.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(OpenInferenceHttpAutoConfiguration.class)
				.doesNotHaveBean(OpenInferenceApi.class));
	}

	@Test
	void whenApplicationIsNoWebApplicationThenThereIsNothing() {
		new ApplicationContextRunner().withConfiguration(OwnAutoConfigurations.and())
			.withUserConfiguration(FakeModels.class, FakeRepository.class)
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(OpenInferenceHttpAutoConfiguration.class));
	}

	@ParameterizedTest
	@ValueSource(classes = { DispatcherServlet.class, JsonMapper.class })
	void whenWebIsMissingThenThereIsNothing(Class<?> missing) {
		new WebApplicationContextRunner().withClassLoader(new FilteredClassLoader(missing))
			.withConfiguration(OwnAutoConfigurations.and())
			.withUserConfiguration(FakeModels.class, FakeRepository.class)
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(OpenInferenceHttpAutoConfiguration.class));
	}

	@Test
	void whenSpringdocIsMissingThenModelsAreServedWithoutDocumentation() {
		this.runner.withClassLoader(new FilteredClassLoader(OpenApiCustomizer.class))
			.run((context) -> assertThat(context).hasSingleBean(OpenInferenceRoutes.class)
				.doesNotHaveBean("openInferenceApi"));
	}

	@Test
	void whenApplicationHasRoutesThenTheyAreUsed() {
		OpenInferenceRoutes own = new OpenInferenceRoutes("/v2", new FakeModels(), new FakeModels(),
				(model, output) -> List.of(), (key) -> ModelStatistics.NONE,
				new RepositoryControl(new FakeRepository(new FakeModels()), false), new BodyBounds(10, 100),
				new ResponseCompression(true, DataSize.ofBytes(0)),
				new RequestExecution(Execution.BLOCKING, Duration.ZERO, (task) -> task, 1), BufferPool.NONE);
		this.runner.withBean(OpenInferenceRoutes.class, () -> own)
			.run((context) -> assertThat(context.getBean(OpenInferenceRoutes.class)).isSameAs(own));
	}

	@ParameterizedTest
	@ValueSource(strings = { "0B", "-1B", "2GB" })
	void whenMaxRequestSizeMakesNoSenseThenStartFails(String size) {
		this.runner.withPropertyValues("model-serving.open-inference.max-request-size=" + size)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("model-serving.open-inference.max-request-size with value"));
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "v2", "/", "/v2/", "//v2", "/v2//x", "/{tenant}/v2", "/v2/*", "/v 2", "/../v2", "/v2?x", "''" })
	void whenBasePathIsNoPathThenStartFails(String path) {
		this.runner.withPropertyValues("model-serving.open-inference.base-path=" + path)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("model-serving.open-inference.base-path with value")
				.hasMessageContaining("it must be a path such as /v2 or /serving/v2"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "/serving/v2", "/a.b-c_d~e", "/V2" })
	void whenBasePathIsMovedThenDocumentMovesToo(String path) {
		this.runner.withPropertyValues("model-serving.open-inference.base-path=" + path).run((context) -> {
			OpenAPI api = new OpenAPI();
			context.getBean(ModelOpenApi.class).customise(api);
			assertThat(api.getPaths().keySet()).contains(path, path + "/health/ready")
				.allMatch((key) -> key.startsWith(path));
		});
	}

	@Test
	void whenControllerHasAPathOfTheProtocolThenStartFailsAndBothAreNamed() {
		this.runner.withUserConfiguration(ModelController.class).run((context) -> {
			assertThat(context).getFailure().isInstanceOf(FailureAnalyzedException.class);
			FailureAnalysis analysis = ((FailureAnalyzedException) context.getStartupFailure()).analysis();
			assertThat(analysis.getDescription()).contains(
					"GET, HEAD /v2/models/{model} of the Open Inference Protocol", "GET /v2/models/{name}",
					ModelController.class.getName() + ".show");
			assertThat(analysis.getAction()).contains("model-serving.open-inference.base-path (/v2 now)");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "model-serving.open-inference.base-path=/serving/v2",
			"model-serving.open-inference.enabled=false" })
	void whenProtocolIsMovedOrOffThenControllerMayHaveItsPath(String property) {
		this.runner.withUserConfiguration(ModelController.class)
			.withPropertyValues(property, "spring.main.lazy-initialization=true")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@RestController
	static class ModelController {

		@GetMapping("/v2/models/{name}")
		String show(@PathVariable String name) {
			return name;
		}

	}

	@ParameterizedTest
	@ValueSource(strings = { "-1B", "2GB" })
	void whenMinResponseSizeMakesNoSenseThenStartFails(String size) {
		this.runner.withPropertyValues("model-serving.open-inference.compression.min-response-size=" + size)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("model-serving.open-inference.compression.min-response-size with value"));
	}

	@Test
	void whenApplicationKnowsLabelsThenTheyAreUsed() {
		OutputLabels own = (model, output) -> List.of("cat");
		this.runner.withBean(OutputLabels.class, () -> own)
			.run((context) -> assertThat(context.getBean(OutputLabels.class)).isSameAs(own));
	}

}
