package io.modelserving.autoconfigure;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.modelserving.actuate.ModelsEndpoint;
import io.modelserving.actuate.ModelsEndpointWebExtension;
import io.modelserving.actuate.ModelsInfoContributor;
import io.modelserving.model.onnx.OnnxRuntimes;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.StatisticsCollector;

/**
 * What operators see of the models. Whether an endpoint is reachable is the user's
 * choice, as with every other.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
class ActuatorConfiguration {

	/**
	 * The endpoint.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnAvailableEndpoint(ModelsEndpoint.class)
	static class EndpointConfiguration {

		@Bean
		@ConditionalOnMissingBean
		ModelsEndpoint modelsEndpoint(ModelRegistry registry, StatisticsCollector statistics) {
			return new ModelsEndpoint(registry, statistics);
		}

		@Bean
		@ConditionalOnMissingBean
		ModelsEndpointWebExtension modelsEndpointWebExtension(ModelsEndpoint endpoint) {
			return new ModelsEndpointWebExtension(endpoint);
		}

	}

	/**
	 * The contribution to the info endpoint.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(InfoContributor.class)
	static class InfoConfiguration {

		@Bean
		@ConditionalOnMissingBean
		@ConditionalOnEnabledInfoContributor("models")
		ModelsInfoContributor modelsInfoContributor(ModelRegistry registry) {
			return new ModelsInfoContributor(registry, OnnxRuntimes.version());
		}

	}

}
