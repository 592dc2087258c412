package io.modelserving.autoconfigure;

import java.time.InstantSource;

import org.springframework.beans.factory.BeanCreationNotAllowedException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.modelserving.batching.HangPolicy;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelAdministration;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.server.ModelServer;
import io.modelserving.tuning.ModelTunedEvent;
import io.modelserving.tuning.ModelTuner;
import io.modelserving.serving.ServingListener;
import io.modelserving.serving.cache.ResultStores;
import io.modelserving.serving.statistics.StatisticsCollector;

/**
 * The server of the models and its lifecycle. The server frees its memory when it is
 * destroyed, after everything that calls it.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({ ModelServingProperties.class, LifecycleProperties.class })
class ModelServerConfiguration {

	@Bean
	@ConditionalOnMissingBean
	ModelServer modelServer(StartupModels models, ObjectProvider<ServingListener> listeners,
			ApplicationEventPublisher publisher, LifecycleProperties lifecycle, ModelServingProperties properties,
			ObjectProvider<ResultStores> resultStores) {
		return ModelServer.builder()
			.definitions(models.definitions())
			.listeners(listeners.orderedStream().toList())
			.tuningListener(status -> publisher.publishEvent(new ModelTunedEvent(status)))
			.expectedListenerFailures(ModelServerConfiguration::isOfClosingContext)
			.drainTime(lifecycle.getTimeoutPerShutdownPhase())
			.resultStores(resultStores.getIfAvailable(() -> ResultStores.NONE))
			.hangs(new HangPolicy(properties.terminationGrace()))
			.build();
	}

	/**
	 * Models are unloaded while the beans are destroyed, when listeners cannot look any
	 * up; that hides why the application ends.
	 */
	static boolean isOfClosingContext(RuntimeException failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof BeanCreationNotAllowedException) {
				return true;
			}
		}
		return false;
	}

	@Bean(destroyMethod = "")
	@ConditionalOnMissingBean
	ModelRegistry modelRegistry(ModelServer server) {
		return server.registry();
	}

	@Bean(destroyMethod = "")
	@ConditionalOnMissingBean
	ModelAdministration modelAdministration(ModelServer server) {
		return server.administration();
	}

	@Bean(destroyMethod = "")
	@ConditionalOnMissingBean
	ModelTuner modelTuner(ModelServer server) {
		return server.tuner();
	}

	@Bean(destroyMethod = "")
	@ConditionalOnMissingBean
	InferenceService inferenceService(ModelServer server, ObjectProvider<InferenceServiceDecorator> decorators) {
		InferenceService service = server.inferenceService();
		for (InferenceServiceDecorator decorator : decorators.orderedStream().toList()) {
			service = decorator.apply(service);
		}
		return service;
	}

	@Bean
	ModelServingLifecycle modelServingLifecycle(ModelServer server, LifecycleProperties lifecycle) {
		return new ModelServingLifecycle(server, lifecycle.getTimeoutPerShutdownPhase());
	}

	@Bean
	@ConditionalOnMissingBean
	StatisticsCollector modelStatistics() {
		return new StatisticsCollector(InstantSource.system());
	}

	@Bean
	ModelStatusPublisher modelStatusPublisher(ApplicationEventPublisher publisher) {
		return new ModelStatusPublisher(publisher);
	}

	@Bean
	ModelStatusLogger modelStatusLogger(ObjectProvider<ModelRegistry> registry) {
		return new ModelStatusLogger(registry::getObject);
	}

}
