package io.modelserving.autoconfigure.grpc;

import org.springframework.boot.grpc.server.autoconfigure.health.GrpcServerHealthAutoConfiguration;
import org.springframework.boot.grpc.server.autoconfigure.GrpcServerServicesAutoConfiguration;
import org.springframework.boot.grpc.server.autoconfigure.GrpcServerAutoConfiguration;
import io.modelserving.autoconfigure.openinference.OpenInferenceAutoConfiguration;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.grpc.BindableService;
import io.grpc.Codec;
import io.grpc.Compressor;
import io.grpc.CompressorRegistry;
import io.grpc.Decompressor;
import io.grpc.DecompressorRegistry;
import io.grpc.protobuf.services.HealthStatusManager;
import io.modelserving.batching.DeadlineTimer;
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
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.boot.grpc.server.health.HealthCheckedGrpcComponents;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.grpc.server.GlobalServerInterceptor;
import org.springframework.grpc.server.GrpcServerFactory;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

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
@EnableConfigurationProperties({ GrpcProperties.class, LifecycleProperties.class })
public final class OpenInferenceGrpcAutoConfiguration {

	private static final String GRACE = "spring.grpc.server.shutdown.grace-period";

	@Bean
	@ConditionalOnMissingBean
	OpenInferenceGrpcService openInferenceGrpcService(ModelRegistry registry, InferenceService service,
			OutputLabels labels, StatisticsSource statistics, RepositoryControl repository, GrpcProperties properties,
			CompressorRegistry compressors, BufferPool pool) {
		return new OpenInferenceGrpcService(registry, service, labels, statistics, repository, properties.streams(),
				timer(), compressors, pool);
	}

	/** Its thread ends when there is nothing to do. */
	private static DeadlineTimer timer() {
		CustomizableThreadFactory factory = new CustomizableThreadFactory("model-grpc-timer");
		factory.setDaemon(true);
		ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, factory);
		timer.setKeepAliveTime(1, TimeUnit.MINUTES);
		timer.allowCoreThreadTimeOut(true);
		timer.setRemoveOnCancelPolicy(true);
		return DeadlineTimer.of(timer);
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
			ObjectProvider<GrpcHealthUpdates> health, LifecycleProperties lifecycle, Environment environment) {
		Duration phase = lifecycle.getTimeoutPerShutdownPhase();
		Duration grace = DurationStyle.detectAndParse(environment.getProperty(GRACE, "30s"), ChronoUnit.SECONDS);
		return new GrpcDrain(service, calls, health,
				(grace.isNegative() || grace.compareTo(phase) > 0) ? phase : grace);
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
