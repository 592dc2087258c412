package io.modelserving.autoconfigure.openapi;

import io.modelserving.autoconfigure.endpoint.ModelEndpointAutoConfiguration;
import io.modelserving.autoconfigure.openinference.OpenInferenceHttpAutoConfiguration;
import io.modelserving.endpoint.ModelEndpoints;
import io.modelserving.endpoint.openapi.EndpointApi;
import io.modelserving.openinference.RepositoryControl;
import io.modelserving.openinference.http.ProtocolPaths;
import io.modelserving.openinference.openapi.OpenInferenceApi;
import io.modelserving.serving.ModelRegistry;
import io.swagger.v3.oas.models.OpenAPI;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for what the application's OpenAPI document says of typed endpoints
 * and of the Open Inference Protocol, each where it is served.
 */
@AutoConfiguration(after = { ModelEndpointAutoConfiguration.class, OpenInferenceHttpAutoConfiguration.class })
@ConditionalOnClass({ GlobalOpenApiCustomizer.class, OpenAPI.class })
public final class ModelOpenApiAutoConfiguration {

	@Bean
	@ConditionalOnBean(ModelEndpoints.class)
	EndpointApi modelEndpointApi(ModelEndpoints endpoints) {
		return new EndpointApi(endpoints);
	}

	@Bean
	@ConditionalOnBean(ProtocolPaths.class)
	OpenInferenceApi openInferenceApi(ModelRegistry registry, ProtocolPaths paths, RepositoryControl repository) {
		return new OpenInferenceApi(registry, paths.basePath(), repository.isAllowed());
	}

}
