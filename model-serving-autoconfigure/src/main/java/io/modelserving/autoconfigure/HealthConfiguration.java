package io.modelserving.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroupsPostProcessor;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import io.modelserving.health.ModelsHealthContributor;
import io.modelserving.health.ReadinessGroupPostProcessor;
import io.modelserving.serving.ModelRegistry;

/**
 * Health of the models, and readiness that waits for them.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({ HealthContributor.class, ConditionalOnEnabledHealthIndicator.class })
class HealthConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = "modelsHealthContributor")
	@ConditionalOnEnabledHealthIndicator("models")
	ModelsHealthContributor modelsHealthContributor(ModelRegistry registry, Environment environment,
			ObjectProvider<ExampleWatch> examples) {
		return new ModelsHealthContributor(registry, ModelsHealthContributor.namedInGroups(environment),
				(model) -> examples.stream().flatMap((watch) -> watch.obstacles(model).stream()).toList());
	}

	/**
	 * Readiness, which takes Spring Boot's actuator besides its health module.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = "org.springframework.boot.actuate.endpoint.SecurityContext",
			value = HealthEndpointGroupsPostProcessor.class)
	static class ReadinessConfiguration {

		@Bean
		@ConditionalOnMissingBean
		@ConditionalOnEnabledHealthIndicator("models")
		ReadinessGroupPostProcessor modelsReadinessGroupPostProcessor(Environment environment,
				ObjectProvider<ModelRegistry> registry) {
			return new ReadinessGroupPostProcessor(environment, registry::getObject);
		}

	}

}
