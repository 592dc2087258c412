package io.modelserving.autoconfigure;

import java.util.concurrent.CountDownLatch;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.PingHealthIndicator;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.modelserving.actuate.ModelsEndpoint;
import io.modelserving.actuate.ModelsEndpointWebExtension;
import io.modelserving.actuate.ModelsInfoContributor;
import io.modelserving.health.ModelsHealthContributor;
import io.modelserving.health.ReadinessGroupPostProcessor;
import io.modelserving.metrics.MicrometerServingListener;
import io.modelserving.metrics.ObservedInferenceService;
import io.modelserving.model.onnx.OnnxSessionOptionsCustomizer;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.server.ModelServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link ModelServingAutoConfiguration}.
 */
@ExtendWith(OutputCaptureExtension.class)
class ModelServingAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(
			OwnAutoConfigurations.and(LifecycleAutoConfiguration.class, TaskExecutionAutoConfiguration.class));

	@Test
	void whenNothingIsConfiguredThenServesNoModel() {
		this.runner.run((context) -> {
			assertThat(context).hasSingleBean(ModelServer.class).hasSingleBean(InferenceService.class);
			assertThat(context.getBean(ModelRegistry.class).models()).isEmpty();
		});
	}

	@Test
	void whenNoModelIsConfiguredThenAWarningSaysHow(CapturedOutput output) {
		this.runner.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).containsPattern("WARN.*No model is configured: set model-serving.models.<name>.location");
	}

	@ParameterizedTest
	@CsvSource({ "modles.digits.location, modles, models", "model.digits.location, model, models",
			"repositry, repositry, repository", "Modelz.a.required, modelz, models",
			"respository-control.mode, respository-control, repository-control", "defalts.required, defalts, defaults",
			"openinference.enabled, , ", "enpoints.enabled, enpoints, endpoints", "downlaods.x, downlaods, downloads" })
	void whenAKeyIsMisspeltThenAWarningNamesTheOneThatIsMeant(String property, @Nullable String key,
			@Nullable String meant, CapturedOutput output) {
		this.runner.withPropertyValues("model-serving." + property + "=true")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).contains("No model is configured");
		if (key != null) {
			assertThat(output).contains(
					"There is no property model-serving.%s; did you mean model-serving.%s?".formatted(key, meant));
		}
		else {
			assertThat(output).doesNotContain("There is no property");
		}
	}

	@Test
	void whenSwitchedOffThenBacksOff() {
		this.runner.withPropertyValues("model-serving.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(ModelServer.class));
	}

	@Test
	void whenUserHasOwnServiceThenBacksOff() {
		InferenceService own = mock(InferenceService.class);
		this.runner.withBean(InferenceService.class, () -> own)
			.run((context) -> assertThat(context.getBean(InferenceService.class)).isSameAs(own));
	}

	@Test
	void whenNothingOptionalIsOnTheClassPathThenStarts() {
		this.runner
			.withClassLoader(new FilteredClassLoader("ai.onnxruntime", "io.micrometer.core", "tools.jackson",
					"jakarta.servlet", "jakarta.validation", "org.springframework.boot.actuate",
					"org.springframework.boot.health", "org.springframework.boot.webmvc", "org.springframework.web",
					"org.springdoc", "io.swagger"))
			.run((context) -> assertThat(context).hasSingleBean(ModelServer.class)
				.doesNotHaveBean(ModelLoaderFactory.class));
	}

	@Nested
	class Health {

		private final ApplicationContextRunner runner = ModelServingAutoConfigurationTests.this.runner
			.withConfiguration(AutoConfigurations.of(HealthContributorRegistryAutoConfiguration.class,
					HealthEndpointAutoConfiguration.class, AvailabilityProbesAutoConfiguration.class,
					ApplicationAvailabilityAutoConfiguration.class));

		@Test
		void modelsContributeAndJoinReadiness() {
			this.runner.run((context) -> {
				assertThat(context.getBean(HealthContributorRegistry.class).getContributor("models"))
					.isInstanceOf(ModelsHealthContributor.class);
				assertThat(context).hasSingleBean(ReadinessGroupPostProcessor.class);
			});
		}

		@Test
		void whenDisabledThenBacksOff() {
			this.runner.withPropertyValues("management.health.models.enabled=false")
				.run((context) -> assertThat(context).doesNotHaveBean(ModelsHealthContributor.class)
					.doesNotHaveBean(ReadinessGroupPostProcessor.class));
		}

		@Test
		void whenUserHasOwnContributorThenBacksOff() {
			this.runner.withBean("modelsHealthContributor", PingHealthIndicator.class)
				.run((context) -> assertThat(context).doesNotHaveBean(ModelsHealthContributor.class));
		}

		@Test
		void whenProbesAreDisabledThenThereIsNoReadinessGroup() {
			this.runner.withPropertyValues("management.endpoint.health.probes.enabled=false")
				.run((context) -> assertThat(context.getBean(HealthEndpointGroups.class).getNames()).isEmpty());
		}

		@Test
		void whenModuleIsAbsentThenBacksOff() {
			ModelServingAutoConfigurationTests.this.runner
				.withClassLoader(new FilteredClassLoader("org.springframework.boot.health"))
				.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("modelsHealthContributor"));
		}

	}

	@Nested
	class Metrics {

		@Test
		void whenThereIsARegistryThenModelsAreMetered() {
			ModelServingAutoConfigurationTests.this.runner.withBean(SimpleMeterRegistry.class)
				.run((context) -> assertThat(context).hasSingleBean(MicrometerServingListener.class));
		}

		@Test
		void whenThereIsNoRegistryThenTheyAreNot() {
			ModelServingAutoConfigurationTests.this.runner
				.run((context) -> assertThat(context).doesNotHaveBean(MicrometerServingListener.class));
		}

		@Test
		void whenUserHasOwnListenerThenBacksOff() {
			MicrometerServingListener own = new MicrometerServingListener(new SimpleMeterRegistry(),
					() -> mock(ModelRegistry.class));
			ModelServingAutoConfigurationTests.this.runner.withBean(SimpleMeterRegistry.class)
				.withBean(MicrometerServingListener.class, () -> own)
				.run((context) -> assertThat(context.getBean(MicrometerServingListener.class)).isSameAs(own));
		}

		@Test
		void whenThereIsAnObservationRegistryThenCallsAreObserved() {
			ModelServingAutoConfigurationTests.this.runner
				.withBean(ObservationRegistry.class, ObservationRegistry::create)
				.run((context) -> assertThat(context.getBean(InferenceService.class))
					.isInstanceOf(ObservedInferenceService.class));
		}

		@Test
		void whenThereIsNoObservationRegistryThenCallsAreNotObserved() {
			ModelServingAutoConfigurationTests.this.runner
				.run((context) -> assertThat(context.getBean(InferenceService.class))
					.isNotInstanceOf(ObservedInferenceService.class));
		}

		@Test
		void whenMicrometerIsAbsentThenBacksOff() {
			ModelServingAutoConfigurationTests.this.runner.withClassLoader(new FilteredClassLoader("io.micrometer"))
				.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("modelMeters"));
		}

	}

	@Nested
	class Actuator {

		@Test
		void whenEndpointIsExposedThenThereIsOne() {
			ModelServingAutoConfigurationTests.this.runner
				.withPropertyValues("management.endpoints.web.exposure.include=models")
				.run((context) -> assertThat(context).hasSingleBean(ModelsEndpoint.class)
					.hasSingleBean(ModelsEndpointWebExtension.class));
		}

		@Test
		void whenEndpointIsNotExposedThenThereIsNone() {
			ModelServingAutoConfigurationTests.this.runner
				.run((context) -> assertThat(context).doesNotHaveBean(ModelsEndpoint.class));
		}

		@Test
		void infoIsContributedUnlessDisabled() {
			ModelServingAutoConfigurationTests.this.runner
				.run((context) -> assertThat(context).hasSingleBean(ModelsInfoContributor.class));
			ModelServingAutoConfigurationTests.this.runner.withPropertyValues("management.info.models.enabled=false")
				.run((context) -> assertThat(context).doesNotHaveBean(ModelsInfoContributor.class));
		}

		@Test
		void whenActuatorIsAbsentThenBacksOff() {
			ModelServingAutoConfigurationTests.this.runner
				.withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate"))
				.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("modelsEndpoint"));
		}

	}

	@Nested
	class Customizing {

		@Test
		void definitionsOfTheUserAreServedToo() {
			ModelServingAutoConfigurationTests.this.runner
				.withBean(ModelDefinition.class, () -> StubModels.ready("own"))
				.run((context) -> assertThat(context.getBean(ModelRegistry.class).find("own")).isPresent());
		}

		@Test
		void customizersChangeDefinitionsInOrder() {
			ModelServingAutoConfigurationTests.this.runner
				.withBean(ModelDefinition.class, () -> StubModels.ready("own"))
				.withBean(ModelDefinitionCustomizer.class, () -> (definition) -> StubModels.ready("customized"))
				.run((context) -> assertThat(context.getBean(ModelRegistry.class).find("customized")).isPresent());
		}

		@Test
		void sessionOptionsAreTheUsersInTheEnd() {
			CountDownLatch called = new CountDownLatch(1);
			ModelServingAutoConfigurationTests.this.runner
				.withPropertyValues("model-serving.models.affine.location=classpath:models/affine.onnx")
				.withBean(OnnxSessionOptionsCustomizer.class, () -> (options, context) -> called.countDown())
				.run((context) -> StubModels.await(called));
		}

	}

}
