package io.modelserving.autoconfigure.endpoint;

import io.modelserving.autoconfigure.web.ModelServingWebAutoConfiguration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

import jakarta.servlet.MultipartConfigElement;
import jakarta.servlet.Servlet;
import jakarta.validation.Validator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.webmvc.autoconfigure.WebMvcProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.util.unit.DataSize;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerResponse;

import io.modelserving.endpoint.BeanValidation;
import io.modelserving.endpoint.EndpointRoutes;
import io.modelserving.endpoint.ModelEndpoint;
import io.modelserving.endpoint.ModelEndpoints;
import io.modelserving.endpoint.RequestLimits;
import io.modelserving.endpoint.RequestValidation;
import io.modelserving.image.PictureDecoder;
import io.modelserving.model.ModelKey;
import io.modelserving.pipeline.Stage;
import io.modelserving.pipeline.Turn;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelSnapshot;
import io.modelserving.tensor.BufferPool;
import io.modelserving.web.BodyRules;
import io.modelserving.web.RequestExecution;
import io.modelserving.web.stream.Streams;

/**
 * Auto-configuration for typed REST endpoints.
 */
@AutoConfiguration(after = ModelServingWebAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({ Servlet.class, RouterFunction.class, JsonMapper.class, WebMvcProperties.class })
@ConditionalOnBean(RequestExecution.class)
@ConditionalOnBooleanProperty(name = "model-serving.endpoints.enabled", matchIfMissing = true)
@EnableConfigurationProperties(EndpointProperties.class)
@Import({ BodyCodecConfiguration.class, EndpointTomcatConfiguration.class, StreamConfiguration.class })
public final class ModelEndpointAutoConfiguration {

	/** What a form has beside its parts. */
	private static final long FORM_OVERHEAD = 64 << 10;

	@Bean
	@ConditionalOnMissingBean
	PictureDecoder pictureDecoder(EndpointProperties properties) {
		return PictureDecoder.fastest(properties.maxPixels());
	}

	/** Large requests have their turns in it. */
	@Bean
	@ConditionalOnBean(annotation = ModelEndpoint.class)
	Stage<Turn, Turn> requestEncoding(EndpointProperties properties, RequestExecution execution) {
		return properties.encoding(execution.threads());
	}

	@Bean
	ModelEndpoints modelEndpoints(ConfigurableListableBeanFactory beanFactory, ModelRegistry registry,
			JsonMapper mapper, ObjectProvider<RequestValidation> validation, PictureDecoder decoder,
			EndpointProperties properties, ObjectProvider<MultipartConfigElement> forms, BufferPool pool,
			ObjectProvider<Stage<Turn, Turn>> encoding) {
		List<ModelKey> models = registry.models().stream().map(ModelSnapshot::key).toList();
		return ModelEndpoints.find(beanFactory, models, mapper, validation.getIfAvailable(() -> RequestValidation.NONE),
				decoder, properties.limits(maxFormSize(forms.getIfAvailable(), properties)), pool,
				properties.exampleCheck(), encoding::getObject);
	}

	private static DataSize maxFormSize(@Nullable MultipartConfigElement forms, EndpointProperties properties) {
		long limit = (forms != null) ? forms.getMaxRequestSize() : -1;
		return DataSize.ofBytes((limit >= 0) ? limit : properties.maxRequestSize().toBytes() + FORM_OVERHEAD);
	}

	@Bean
	EndpointRoutes modelEndpointRoutes(ModelEndpoints endpoints, InferenceService service, ModelRegistry models,
			RequestExecution execution, Streams streams) {
		return endpoints.route(service, models, execution, streams);
	}

	/** Before router functions that match every request. */
	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	RouterFunction<ServerResponse> modelEndpointRouterFunction(EndpointRoutes routes, RequestExecution execution) {
		return routes.toRouterFunction().filter(execution.entry(routes::rejected));
	}

	/** The server is created before the routes. */
	@Bean
	BodyRules modelEndpointBodyRules(ObjectProvider<EndpointRoutes> routes) {
		Supplier<EndpointRoutes> all = SingletonSupplier.of(routes::getObject);
		return (head) -> all.get().bodyRule(head);
	}

	@Bean
	HandlerExceptionResolver modelEndpointExceptionResolver(ModelEndpoints endpoints) {
		return endpoints.exceptionResolver();
	}

	@Bean
	ExampleValidation modelEndpointExampleWatch(ObjectProvider<ModelEndpoints> endpoints,
			ObjectProvider<InferenceService> service) {
		return new ExampleValidation(endpoints, service);
	}

	/**
	 * Constraints on the components of requests.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Validator.class)
	static class ValidationConfiguration {

		private static final Logger logger = LoggerFactory.getLogger(ValidationConfiguration.class);

		/** Spring Boot's own, which exists unless the application has one. */
		private static final String DEFAULT = "defaultValidator";

		@Bean
		@ConditionalOnMissingBean
		RequestValidation modelEndpointValidation(ObjectProvider<Validator> validators,
				ListableBeanFactory beanFactory) {
			Map<String, Validator> all = beanFactory.getBeansOfType(Validator.class);
			Validator only = validators.getIfUnique();
			return all.isEmpty() ? RequestValidation.NONE : new BeanValidation((only != null) ? only : choose(all));
		}

		/** None of several is the primary one. */
		private static Validator choose(Map<String, Validator> validators) {
			String name = validators.containsKey(DEFAULT) ? DEFAULT : validators.keySet().iterator().next();
			logger.warn("Requests are validated by the bean \"{}\", as none of {} is the primary one", name,
					validators.keySet());
			return Objects.requireNonNull(validators.get(name));
		}

	}

}
