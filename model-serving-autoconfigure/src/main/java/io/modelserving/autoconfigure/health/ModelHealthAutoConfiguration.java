package io.modelserving.autoconfigure.health;

import io.modelserving.autoconfigure.endpoint.ModelEndpointAutoConfiguration;
import io.modelserving.autoconfigure.ModelServingAutoConfiguration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroupsPostProcessor;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import io.modelserving.endpoint.ModelEndpoints;
import io.modelserving.health.ModelsHealthContributor;
import io.modelserving.health.ReadinessGroupPostProcessor;
import io.modelserving.serving.ModelRegistry;

/**
 * Auto-configuration for the health of the models, and readiness that waits for them.
 */
@AutoConfiguration(after = { ModelServingAutoConfiguration.class, ModelEndpointAutoConfiguration.class })
@ConditionalOnClass({ HealthContributor.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBean(ModelRegistry.class)
public final class ModelHealthAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = "modelsHealthContributor")
	@ConditionalOnEnabledHealthIndicator("models")
	ModelsHealthContributor modelsHealthContributor(ModelRegistry registry, Environment environment,
			ObjectProvider<ModelEndpoints> endpoints) {
		return new ModelsHealthContributor(registry, ModelsHealthContributor.namedInGroups(environment),
				(model) -> endpoints.stream().flatMap((all) -> all.obstacles(model).stream()).toList());
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
