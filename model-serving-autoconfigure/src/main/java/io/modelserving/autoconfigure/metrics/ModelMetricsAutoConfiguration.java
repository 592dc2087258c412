package io.modelserving.autoconfigure.metrics;

import io.modelserving.autoconfigure.ModelServingAutoConfiguration;
import io.modelserving.autoconfigure.InferenceServiceDecorator;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.observation.MeterObservationHandler;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

import io.modelserving.metrics.MicrometerServingListener;
import io.modelserving.metrics.MicrometerStreamListener;
import io.modelserving.metrics.ObservedInferenceService;
import io.modelserving.metrics.ObservedStages;
import io.modelserving.metrics.StageMeters;
import io.modelserving.metrics.TracedOnly;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.web.stream.StreamListener;

/**
 * Auto-configuration for meters and observations, each where there is a registry for
 * them.
 */
@AutoConfiguration(after = ModelServingAutoConfiguration.class,
		afterName = {
				"org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
				"org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration" })
public final class ModelMetricsAutoConfiguration {

	/**
	 * Meters of the models.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterRegistry.class)
	@ConditionalOnBean({ MeterRegistry.class, ModelRegistry.class })
	static class MetersConfiguration {

		@Bean
		@ConditionalOnMissingBean
		MicrometerServingListener modelMeters(MeterRegistry meterRegistry, ObjectProvider<ModelRegistry> models) {
			return new MicrometerServingListener(meterRegistry, models::getObject);
		}

		@Bean
		@ConditionalOnMissingBean
		StreamListener modelStreamMeters(MeterRegistry meterRegistry) {
			return new MicrometerStreamListener(meterRegistry);
		}

	}

	/**
	 * Meters of the stages of pipelines.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterRegistry.class)
	@ConditionalOnBean(MeterRegistry.class)
	static class StageMetersConfiguration {

		@Bean
		StageMeters modelStageMeters(MeterRegistry meterRegistry) {
			return new StageMeters(meterRegistry);
		}

	}

	/**
	 * The observations of inferences and stages become spans only. The type says nothing
	 * of meters, so that Spring Boot goes on defining the handler of all other
	 * observations.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterObservationHandler.class)
	static class SpansConfiguration {

		@Bean
		@Order(Ordered.HIGHEST_PRECEDENCE)
		ObservationHandler<Observation.Context> inferenceSpansOnly() {
			return new TracedOnly();
		}

	}

	/**
	 * Observations of calls.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ObservationRegistry.class)
	@ConditionalOnBean(ObservationRegistry.class)
	static class ObservationConfiguration {

		@Bean
		ObservedStages observedModelStages(ObservationRegistry observations) {
			return new ObservedStages(observations);
		}

		@Bean
		@ConditionalOnBean(ModelRegistry.class)
		InferenceServiceDecorator observedInferenceService(ModelRegistry models, ObservationRegistry observations) {
			return (service) -> new ObservedInferenceService(service, models, observations);
		}

	}

}
