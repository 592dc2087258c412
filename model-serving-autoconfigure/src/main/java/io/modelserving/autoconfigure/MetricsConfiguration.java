package io.modelserving.autoconfigure;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.modelserving.metrics.InferenceMeterDescription;
import io.modelserving.metrics.MicrometerServingListener;
import io.modelserving.metrics.ObservedInferenceService;
import io.modelserving.serving.ModelRegistry;

/**
 * Meters and observations, each where there is a registry for them.
 */
@Configuration(proxyBeanMethods = false)
class MetricsConfiguration {

	/**
	 * Meters of the models.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterRegistry.class)
	@ConditionalOnBean(MeterRegistry.class)
	static class MetersConfiguration {

		@Bean
		@ConditionalOnMissingBean
		MicrometerServingListener modelMeters(MeterRegistry meterRegistry, ObjectProvider<ModelRegistry> models) {
			return new MicrometerServingListener(meterRegistry, models::getObject);
		}

	}

	/**
	 * Words about meters, which a registry wants to have before it has meters.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterRegistry.class)
	static class DescriptionConfiguration {

		@Bean
		InferenceMeterDescription inferenceMeterDescription() {
			return new InferenceMeterDescription();
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
		InferenceServiceDecorator observedInferenceService(ModelRegistry models, ObservationRegistry observations) {
			return (service) -> new ObservedInferenceService(service, models, observations);
		}

	}

}
