package io.modelserving.autoconfigure.client;

import io.modelserving.client.OpenInferenceClient;
import io.modelserving.client.OpenInferenceClients;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.web.client.support.RestClientHttpServiceGroupConfigurer;

/**
 * Auto-configuration for the client of the Open Inference Protocol, in applications that
 * serve models and in those that only call them: groups of HTTP services that have
 * {@link OpenInferenceClient} can write and read tensors.
 */
@AutoConfiguration
@ConditionalOnClass({ OpenInferenceClient.class, RestClientHttpServiceGroupConfigurer.class })
public final class OpenInferenceClientAutoConfiguration {

	@Bean
	RestClientHttpServiceGroupConfigurer openInferenceClientConfigurer() {
		return groups -> groups.filter(group -> group.httpServiceTypes().contains(OpenInferenceClient.class))
			.forEachClient((group, builder) -> OpenInferenceClients.configure(builder));
	}

}
