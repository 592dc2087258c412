package io.modelserving.autoconfigure.grpc;

import org.springframework.boot.grpc.server.autoconfigure.health.GrpcServerHealthAutoConfiguration;
import org.springframework.boot.grpc.server.autoconfigure.GrpcServerServicesAutoConfiguration;
import org.springframework.boot.grpc.server.autoconfigure.GrpcServerAutoConfiguration;
import io.modelserving.autoconfigure.openinference.OpenInferenceAutoConfiguration;
import io.grpc.BindableService;
import io.grpc.Codec;
import io.grpc.Compressor;
import io.grpc.CompressorRegistry;
import io.grpc.Decompressor;
import io.grpc.DecompressorRegistry;
import io.grpc.protobuf.services.HealthStatusManager;
import io.modelserving.grpc.GRPCInferenceServiceGrpc;
import io.modelserving.openinference.OutputLabels;
import io.modelserving.openinference.RepositoryControl;
import io.modelserving.openinference.StatisticsSource;
import io.modelserving.openinference.grpc.DeflateCodec;
import io.modelserving.openinference.grpc.CallDrain;
import io.modelserving.openinference.grpc.OpenInferenceGrpcService;
import io.modelserving.openinference.grpc.ServingHealth;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.tensor.BufferPool;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.grpc.server.health.HealthCheckedGrpcComponents;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.grpc.server.GlobalServerInterceptor;
import org.springframework.grpc.server.GrpcServerFactory;

/**
 * Auto-configuration for the Open Inference Protocol over gRPC, on Spring Boot's gRPC
 * server. That server, its reflection and its health service exist if a service does, so
 * these beans are defined first.
 */
@AutoConfiguration(after = OpenInferenceAutoConfiguration.class,
		before = { GrpcServerAutoConfiguration.class, GrpcServerServicesAutoConfiguration.class,
				GrpcServerHealthAutoConfiguration.class })
@ConditionalOnClass({ BindableService.class, GrpcServerFactory.class, GrpcServerAutoConfiguration.class,
		GRPCInferenceServiceGrpc.class })
@ConditionalOnBean({ ModelRegistry.class, InferenceService.class, BufferPool.class, RepositoryControl.class })
@ConditionalOnBooleanProperty(name = { "model-serving.grpc.enabled", "spring.grpc.server.enabled" },
		matchIfMissing = true)
@EnableConfigurationProperties(GrpcProperties.class)
public final class OpenInferenceGrpcAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	OpenInferenceGrpcService openInferenceGrpcService(ModelRegistry registry, InferenceService service,
			OutputLabels labels, StatisticsSource statistics, RepositoryControl repository, GrpcProperties properties,
			CompressorRegistry compressors, BufferPool pool) {
		return new OpenInferenceGrpcService(registry, service, labels, statistics, repository,
				properties.maxCallsPerStream(), compressors, pool);
	}

	/** Before all others, so that it sees what arrives. */
	@Bean
	@GlobalServerInterceptor
	@Order(Ordered.HIGHEST_PRECEDENCE)
	CallDrain openInferenceGrpcCallDrain() {
		return new CallDrain();
	}

	@Bean
	GrpcDrain openInferenceGrpcDrain(OpenInferenceGrpcService service, CallDrain calls,
			ObjectProvider<GrpcHealthUpdates> health) {
		return new GrpcDrain(service, calls, health);
	}

	@Bean
	GrpcMessageLimit openInferenceGrpcMessageLimit(GrpcProperties properties, Environment environment) {
		return new GrpcMessageLimit(
				environment.containsProperty(GrpcMessageLimit.SERVER_PROPERTY) ? null : properties.maxRequestSize());
	}

	@Bean
	@ConditionalOnMissingBean
	CompressorRegistry openInferenceCompressorRegistry(ObjectProvider<Compressor> compressors) {
		CompressorRegistry registry = CompressorRegistry.newEmptyInstance();
		registry.register(Codec.Identity.NONE);
		registry.register(new Codec.Gzip());
		registry.register(new DeflateCodec());
		compressors.forEach(registry::register);
		return registry;
	}

	@Bean
	@ConditionalOnMissingBean
	DecompressorRegistry openInferenceDecompressorRegistry(ObjectProvider<Decompressor> decompressors) {
		DecompressorRegistry registry = DecompressorRegistry.getDefaultInstance().with(new DeflateCodec(), true);
		for (Decompressor decompressor : decompressors) {
			registry = registry.with(decompressor, true);
		}
		return registry;
	}

	/**
	 * What the standard health service says.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ HealthStatusManager.class, HealthCheckedGrpcComponents.class })
	@ConditionalOnBooleanProperty(name = "spring.grpc.server.health.enabled", matchIfMissing = true)
	static class HealthServiceConfiguration {

		/**
		 * By this the application can leave it to Spring Boot what is said of the server.
		 */
		private static final String OVERALL_HEALTH = "spring.grpc.server.health.include-overall-health";

		@Bean
		@ConditionalOnBooleanProperty(name = OVERALL_HEALTH, havingValue = false, matchIfMissing = true)
		static GrpcServerHealthFilter openInferenceGrpcServerHealthFilter() {
			return new GrpcServerHealthFilter();
		}

		@Bean(destroyMethod = "enterTerminalState")
		@ConditionalOnMissingBean
		HealthStatusManager openInferenceHealthStatusManager() {
			return new HealthStatusManager();
		}

		@Bean
		GrpcHealthUpdates openInferenceGrpcHealthUpdates(HealthStatusManager manager, ModelRegistry registry,
				ObjectProvider<ApplicationAvailability> availability, Environment environment) {
			boolean bootDecides = environment.getProperty(OVERALL_HEALTH, Boolean.class, false);
			return new GrpcHealthUpdates(new ServingHealth(manager, registry, !bootDecides),
					availability.stream()
						.map(ApplicationAvailability::getReadinessState)
						.findFirst()
						.orElse(ReadinessState.REFUSING_TRAFFIC));
		}

	}

}
