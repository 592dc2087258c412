package io.modelserving.autoconfigure;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.context.annotation.Import;

/**
 * Auto-configuration for serving models in process. A table of contents: each import
 * stands for one concern and carries its own conditions.
 */
@AutoConfiguration(
		beforeName = { "org.springframework.boot.grpc.server.autoconfigure.GrpcServerAutoConfiguration",
				"org.springframework.boot.grpc.server.autoconfigure.GrpcServerServicesAutoConfiguration",
				"org.springframework.boot.grpc.server.autoconfigure.health.GrpcServerHealthAutoConfiguration" },
		after = TaskExecutionAutoConfiguration.class,
		afterName = { "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration",
				"org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration",
				"org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration",
				"org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
				"org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration" })
@ConditionalOnBooleanProperty(name = "model-serving.enabled", matchIfMissing = true)
@Import({ OnnxConfiguration.class, SamplesConfiguration.class, RepositoryConfiguration.class,
		ModelServerConfiguration.class, TomcatConfiguration.class, HealthConfiguration.class,
		MetricsConfiguration.class, ActuatorConfiguration.class, EndpointConfiguration.class,
		OpenInferenceConfiguration.class, GrpcConfiguration.class })
public final class ModelServingAutoConfiguration {

}
