package io.modelserving.autoconfigure.dryrun;

import java.util.List;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

import io.modelserving.autoconfigure.ModelServingAutoConfiguration;
import io.modelserving.autoconfigure.OneShot;
import io.modelserving.autoconfigure.endpoint.ModelEndpointAutoConfiguration;
import io.modelserving.autoconfigure.grpc.OpenInferenceGrpcAutoConfiguration;
import io.modelserving.autoconfigure.openinference.OpenInferenceHttpAutoConfiguration;
import io.modelserving.endpoint.ModelEndpoints;
import io.modelserving.openinference.grpc.OpenInferenceGrpcService;
import io.modelserving.openinference.http.OpenInferenceRoutes;
import io.modelserving.serving.ModelRegistry;

/**
 * Auto-configuration for {@code model-serving.dry-run}: the application loads its models,
 * says what is known of them, and ends.
 */
@AutoConfiguration(after = { ModelServingAutoConfiguration.class, ModelEndpointAutoConfiguration.class,
		OpenInferenceHttpAutoConfiguration.class, OpenInferenceGrpcAutoConfiguration.class })
@ConditionalOnBooleanProperty(name = DryRunAutoConfiguration.PROPERTY)
@ConditionalOnBean(ModelRegistry.class)
public final class DryRunAutoConfiguration {

	static final String PROPERTY = "model-serving.dry-run";

	@Bean
	DryRun dryRun(ConfigurableApplicationContext context, ModelRegistry registry, ObjectProvider<ServedPaths> paths,
			Environment environment) {
		return new DryRun(context, registry, paths.orderedStream().toList(), OneShot.exit(environment));
	}

	/**
	 * Typed endpoints.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBean(ModelEndpoints.class)
	static class EndpointPaths {

		@Bean
		@Order(1)
		ServedPaths endpointPaths(ModelEndpoints endpoints) {
			return new ServedPaths() {

				@Override
				public List<String> of(String model) {
					return endpoints.paths(model).stream().map("POST "::concat).toList();
				}

				@Override
				public List<String> obstacles(String model) {
					return endpoints.obstacles(model);
				}

			};
		}

	}

	/**
	 * The Open Inference Protocol over HTTP.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBean(OpenInferenceRoutes.class)
	static class HttpPaths {

		@Bean
		@Order(2)
		ServedPaths openInferencePaths(@Value("${model-serving.open-inference.base-path:/v2}") String basePath) {
			return (model) -> List.of("POST %s/models/%s/infer".formatted(basePath, model));
		}

	}

	/**
	 * The Open Inference Protocol over gRPC.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBean(OpenInferenceGrpcService.class)
	static class GrpcPaths {

		@Bean
		@Order(3)
		ServedPaths grpcPaths() {
			return (model) -> List.of("gRPC ModelInfer");
		}

	}

}
