package io.modelserving.autoconfigure;

import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableWebApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.ClassUtils;
import org.springframework.web.servlet.HandlerExceptionResolver;

import io.modelserving.actuate.ModelFilesEndpoint;
import io.modelserving.actuate.ModelsEndpoint;
import io.modelserving.actuate.PipelinesEndpoint;
import io.modelserving.autoconfigure.actuate.ModelActuatorAutoConfiguration;
import io.modelserving.autoconfigure.cache.ResponseCacheAutoConfiguration;
import io.modelserving.autoconfigure.client.OpenInferenceClientAutoConfiguration;
import io.modelserving.autoconfigure.dryrun.DryRunAutoConfiguration;
import io.modelserving.autoconfigure.endpoint.ModelEndpointAutoConfiguration;
import io.modelserving.autoconfigure.grpc.OpenInferenceGrpcAutoConfiguration;
import io.modelserving.autoconfigure.health.ModelHealthAutoConfiguration;
import io.modelserving.autoconfigure.metrics.ModelMetricsAutoConfiguration;
import io.modelserving.autoconfigure.openapi.ModelOpenApiAutoConfiguration;
import io.modelserving.autoconfigure.openinference.OpenInferenceAutoConfiguration;
import io.modelserving.autoconfigure.openinference.OpenInferenceHttpAutoConfiguration;
import io.modelserving.autoconfigure.pipeline.PipelineAutoConfiguration;
import io.modelserving.autoconfigure.web.ModelServingWebAutoConfiguration;
import io.modelserving.autoconfigure.web.ReactiveStackAutoConfiguration;
import io.modelserving.endpoint.ModelEndpoints;
import io.modelserving.endpoint.openapi.EndpointApi;
import io.modelserving.health.ModelsHealthContributor;
import io.modelserving.metrics.MicrometerServingListener;
import io.modelserving.openinference.RepositoryControl;
import io.modelserving.openinference.grpc.OpenInferenceGrpcService;
import io.modelserving.openinference.http.OpenInferenceRoutes;
import io.modelserving.openinference.openapi.OpenInferenceApi;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.cache.ResultStores;
import io.modelserving.serving.server.ModelServer;
import io.modelserving.web.RequestExecution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests that an application starts without each auto-configuration, and that what it
 * stands for, and what needs that, is gone then and nothing else.
 */
class ExcludedAutoConfigurationTests {

	private static final List<Class<?>> ALL = List.of(ModelServer.class, ModelRegistry.class, InferenceService.class,
			ResultStores.class, RequestExecution.class, ModelEndpoints.class, EndpointApi.class,
			RepositoryControl.class, OpenInferenceRoutes.class, OpenInferenceApi.class, OpenInferenceGrpcService.class,
			ModelsEndpoint.class, ModelFilesEndpoint.class, PipelinesEndpoint.class, ModelsHealthContributor.class,
			MicrometerServingListener.class);

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withUserConfiguration(Application.class)
		.withPropertyValues("spring.grpc.server.port=0", "spring.grpc.server.address=127.0.0.1",
				"management.endpoints.web.exposure.include=*");

	static Stream<Arguments> exclusions() {
		return Stream.of(arguments(ModelServingAutoConfiguration.class, ALL),
				arguments(ModelServingWebAutoConfiguration.class,
						List.of(RequestExecution.class, ModelEndpoints.class, EndpointApi.class,
								OpenInferenceRoutes.class, OpenInferenceApi.class)),
				arguments(ModelEndpointAutoConfiguration.class, List.of(ModelEndpoints.class, EndpointApi.class)),
				arguments(OpenInferenceAutoConfiguration.class,
						List.of(RepositoryControl.class, OpenInferenceRoutes.class, OpenInferenceApi.class,
								OpenInferenceGrpcService.class)),
				arguments(OpenInferenceHttpAutoConfiguration.class,
						List.of(OpenInferenceRoutes.class, OpenInferenceApi.class)),
				arguments(OpenInferenceGrpcAutoConfiguration.class, List.of(OpenInferenceGrpcService.class)),
				arguments(ModelOpenApiAutoConfiguration.class, List.of(EndpointApi.class, OpenInferenceApi.class)),
				arguments(ModelActuatorAutoConfiguration.class,
						List.of(ModelsEndpoint.class, ModelFilesEndpoint.class, PipelinesEndpoint.class)),
				arguments(ResponseCacheAutoConfiguration.class, List.of(ResultStores.class)),
				arguments(ModelHealthAutoConfiguration.class, List.of(ModelsHealthContributor.class)),
				arguments(ModelMetricsAutoConfiguration.class, List.of(MicrometerServingListener.class)),
				arguments(OpenInferenceClientAutoConfiguration.class, List.of()),
				arguments(PipelineAutoConfiguration.class, List.of()),
				arguments(DryRunAutoConfiguration.class, List.of()),
				arguments(ReactiveStackAutoConfiguration.class, List.of()));
	}

	@ParameterizedTest
	@MethodSource("exclusions")
	void whenExcludedThenOnlyWhatItStandsForIsGone(Class<?> excluded, List<Class<?>> gone) {
		this.runner.withPropertyValues("spring.autoconfigure.exclude=" + excluded.getName())
			.run((context) -> assertBeans(context, gone));
	}

	private static void assertBeans(AssertableWebApplicationContext context, List<Class<?>> gone) {
		assertThat(context).hasNotFailed();
		assertThat(ALL).allSatisfy((type) -> assertThat(context.getBeanNamesForType(type)).as(type.getSimpleName())
			.hasSize(gone.contains(type) ? 0 : 1));
	}

	@Test
	void whenNoneIsExcludedThenAllIsThere() {
		this.runner.run((context) -> assertBeans(context, List.of()));
		assertThat(exclusions().map((arguments) -> arguments.get()[0])).asList()
			.containsExactlyInAnyOrderElementsOf(OwnAutoConfigurations.classes());
	}

	/** A name that is misspelt would order nothing. */
	@Test
	void orderIsByClassOrByTheNameOfAClassThatExists() {
		assertThat(OwnAutoConfigurations.classes()).allSatisfy((type) -> {
			AutoConfiguration order = type.getAnnotation(AutoConfiguration.class);
			assertThat(order.beforeName()).isEmpty();
			assertThat(order.afterName()).allMatch((name) -> ClassUtils.isPresent(name, null))
				.noneMatch((name) -> name.startsWith("io.modelserving."));
		});
	}

	@Test
	void whenThereIsNoWebThenModelsAreServedInProcess() {
		new ApplicationContextRunner().withConfiguration(OwnAutoConfigurations.and())
			.withBean(ModelDefinition.class, () -> StubModels.ready("echo"))
			.run((context) -> {
				assertThat(context).hasSingleBean(InferenceService.class).hasSingleBean(ModelRegistry.class);
				assertThat(context).doesNotHaveBean(RequestExecution.class)
					.doesNotHaveBean(HandlerExceptionResolver.class);
			});
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		ModelDefinition echo() {
			return StubModels.ready("echo");
		}

	}

}
