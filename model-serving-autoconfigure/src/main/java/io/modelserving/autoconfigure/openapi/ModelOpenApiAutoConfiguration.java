package io.modelserving.autoconfigure.openapi;

import java.util.List;
import java.util.Optional;

import io.modelserving.autoconfigure.endpoint.ModelEndpointAutoConfiguration;
import io.modelserving.autoconfigure.openinference.OpenInferenceHttpAutoConfiguration;
import io.modelserving.endpoint.ModelEndpoints;
import io.modelserving.endpoint.openapi.EndpointApi;
import io.modelserving.openapi.ApiSection;
import io.modelserving.openapi.ModelOpenApi;
import io.modelserving.openapi.OperationFilter;
import io.modelserving.openinference.RepositoryControl;
import io.modelserving.openinference.http.ProtocolPaths;
import io.modelserving.openinference.openapi.ExampleResponses;
import io.modelserving.openinference.openapi.OpenInferenceApi;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelRegistry;
import io.swagger.v3.oas.models.OpenAPI;
import org.springdoc.api.AbstractMultipleOpenApiResource;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.models.GroupedOpenApi;
import org.springdoc.core.properties.SpringDocConfigProperties;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;

/**
 * Auto-configuration for what the application's OpenAPI document says of typed endpoints
 * and of the Open Inference Protocol, each where it is served.
 */
@AutoConfiguration(after = { ModelEndpointAutoConfiguration.class, OpenInferenceHttpAutoConfiguration.class })
@ConditionalOnClass({ OpenApiCustomizer.class, OpenAPI.class })
public final class ModelOpenApiAutoConfiguration {

	@Bean
	@Order(0)
	@ConditionalOnBean(ModelEndpoints.class)
	EndpointApi modelEndpointApi(ModelEndpoints endpoints, ObjectProvider<RequestMappingHandlerAdapter> mvc) {
		return new EndpointApi(endpoints,
				() -> mvc.orderedStream()
					.findFirst()
					.map((adapter) -> adapter.getMessageConverters())
					.orElse(List.of()));
	}

	@Bean
	@Order(1)
	@ConditionalOnBean(ProtocolPaths.class)
	OpenInferenceApi openInferenceApi(ModelRegistry registry, ExampleResponses examples, ProtocolPaths paths,
			RepositoryControl repository) {
		return new OpenInferenceApi(registry, examples, paths.basePath(), repository.isAllowed());
	}

	@Bean
	@ConditionalOnBean(ProtocolPaths.class)
	ExampleResponses openInferenceExampleResponses(ObjectProvider<ModelRegistry> registry,
			ObjectProvider<InferenceService> service) {
		return new ExampleResponses(registry::getObject, service::getObject);
	}

	/** For the document without a group. */
	@Bean
	ModelOpenApi modelOpenApi(ObjectProvider<ApiSection> sections, ObjectProvider<SpringDocConfigProperties> all) {
		return new ModelOpenApi(sections.orderedStream().toList(), () -> filter(all));
	}

	/**
	 * For the documents of groups: springdoc does not tell a customizer which one it
	 * customizes, so each group gets its own.
	 */
	@Bean
	static BeanPostProcessor modelOpenApiGroups(ObjectProvider<GroupedOpenApi> groups,
			ObjectProvider<ModelOpenApi> ungrouped, ObjectProvider<SpringDocConfigProperties> all) {
		return new BeanPostProcessor() {

			@Override
			public Object postProcessBeforeInitialization(Object bean, String name) {
				if (bean instanceof AbstractMultipleOpenApiResource<?>) {
					List<ApiSection> sections = ungrouped.getObject().sections();
					groups.forEach((group) -> group
						.addAllOpenApiCustomizer(List.of(new ModelOpenApi(sections, () -> filter(all).in(group)))));
				}
				return bean;
			}

		};
	}

	private static OperationFilter filter(ObjectProvider<SpringDocConfigProperties> all) {
		return Optional.ofNullable(all.getIfAvailable()).map(OperationFilter::of).orElse(OperationFilter.NONE);
	}

}
