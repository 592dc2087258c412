package io.modelserving.autoconfigure.web;

import io.modelserving.autoconfigure.OwnAutoConfigurations;
import io.modelserving.autoconfigure.StubModels;
import io.modelserving.endpoint.ModelEndpoint;
import io.modelserving.endpoint.ModelHandler;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.tensor.NamedTensors;
import org.junit.jupiter.api.Test;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ReactiveStackAutoConfiguration}.
 */
class ReactiveStackAutoConfigurationTests {

	private static final String NO_PROTOCOL = "model-serving.open-inference.enabled=false";

	private final ReactiveWebApplicationContextRunner runner = new ReactiveWebApplicationContextRunner()
		.withConfiguration(OwnAutoConfigurations.and())
		.withClassLoader(new FilteredClassLoader("org.springframework.boot.webmvc", "org.springframework.web.servlet",
				"jakarta.servlet", "org.apache.catalina"))
		.withBean(ModelDefinition.class, () -> StubModels.ready("echo"));

	private void assertFails(ReactiveWebApplicationContextRunner runner, String what, String action) {
		runner.run((context) -> {
			assertThat(context).getFailure().isInstanceOf(FailureAnalyzedException.class);
			FailureAnalysis analysis = ((FailureAnalyzedException) context.getStartupFailure()).analysis();
			assertThat(analysis.getDescription())
				.isEqualTo("This application runs on Spring WebFlux, and %s need Spring MVC.".formatted(what));
			assertThat(analysis.getAction()).startsWith("Use spring-boot-starter-webmvc").endsWith(action);
		});
	}

	@Test
	void whenProtocolIsOnThenStartFailsWithASentence() {
		assertFails(this.runner, "the paths of the Open Inference Protocol", NO_PROTOCOL + ".");
		assertFails(this.runner.withPropertyValues("spring.main.lazy-initialization=true"),
				"the paths of the Open Inference Protocol", NO_PROTOCOL + ".");
	}

	@Test
	void whenThereIsATypedEndpointThenItIsNamed() {
		assertFails(
				this.runner.withPropertyValues(NO_PROTOCOL).withBean("price", PriceEndpoint.class, PriceEndpoint::new),
				"@ModelEndpoint beans such as \"price\"", "model-serving.endpoints.enabled=false.");
	}

	@Test
	void whenNothingIsToBeCalledOverHttpThenModelsAreServedInProcess() {
		this.runner.withPropertyValues(NO_PROTOCOL)
			.run((context) -> assertThat(context).hasSingleBean(InferenceService.class));
		this.runner.withPropertyValues(NO_PROTOCOL, "model-serving.endpoints.enabled=false")
			.withBean(PriceEndpoint.class, PriceEndpoint::new)
			.run((context) -> assertThat(context).hasSingleBean(InferenceService.class));
	}

	@Test
	void whenExcludedOrModelsAreOffThenApplicationStarts() {
		this.runner.withPropertyValues("model-serving.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(InferenceService.class));
	}

	@Test
	void whenApplicationHasServletsTooThenItIsNotReactive() {
		new WebApplicationContextRunner().withConfiguration(OwnAutoConfigurations.and())
			.withPropertyValues("model-serving.endpoints.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(ReactiveStackAutoConfiguration.class)
				.hasSingleBean(ModelServingWebAutoConfiguration.class));
	}

	@ModelEndpoint(path = "/price", model = "echo")
	static class PriceEndpoint implements ModelHandler<Float, Float> {

		@Override
		public NamedTensors encode(Float request) {
			return StubModels.row(request);
		}

		@Override
		public Float decode(Float request, NamedTensors outputs) {
			return request;
		}

	}

}
