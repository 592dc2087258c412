package io.modelserving.autoconfigure.endpoint;

import io.modelserving.autoconfigure.web.ModelServingWebAutoConfiguration;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import jakarta.servlet.Filter;
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
import org.springframework.boot.thread.Threading;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.WebMvcProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.util.unit.DataSize;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerResponse;

import io.modelserving.endpoint.BeanValidation;
import io.modelserving.endpoint.EndpointRoutes;
import io.modelserving.endpoint.ModelEndpoints;
import io.modelserving.endpoint.RequestLimits;
import io.modelserving.endpoint.RequestValidation;
import io.modelserving.image.PictureDecoder;
import io.modelserving.model.ModelKey;
import io.modelserving.serving.BriefWaits;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelSnapshot;
import io.modelserving.tensor.BufferPool;
import io.modelserving.web.RequestBodies;

/**
 * Auto-configuration for typed REST endpoints.
 */
@AutoConfiguration(after = ModelServingWebAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({ Servlet.class, RouterFunction.class, JsonMapper.class, WebMvcProperties.class })
@ConditionalOnBean(RequestBodies.class)
@ConditionalOnBooleanProperty(name = "model-serving.endpoints.enabled", matchIfMissing = true)
@EnableConfigurationProperties(EndpointProperties.class)
@Import(EndpointTomcatConfiguration.class)
public final class ModelEndpointAutoConfiguration {

	/** Before requests are observed, which costs a sixth of what refusing one does. */
	static final int BEFORE_ALL = Ordered.HIGHEST_PRECEDENCE;

	@Bean
	@ConditionalOnMissingBean
	PictureDecoder pictureDecoder(EndpointProperties properties) {
		return PictureDecoder.fastest(properties.maxPixels());
	}

	@Bean
	ModelEndpoints modelEndpoints(ConfigurableListableBeanFactory beanFactory, ModelRegistry registry,
			JsonMapper mapper, ObjectProvider<RequestValidation> validation, PictureDecoder decoder,
			EndpointProperties properties, ObjectProvider<WebMvcProperties> mvc, Environment environment,
			BufferPool pool) {
		List<ModelKey> models = registry.models().stream().map(ModelSnapshot::key).toList();
		return ModelEndpoints.find(beanFactory, models, mapper, validation.getIfAvailable(() -> RequestValidation.NONE),
				decoder, properties.limits(asyncTimeout(mvc.getIfAvailable()), large(environment)), pool,
				properties.exampleCheck());
	}

	@Bean
	EndpointRoutes modelEndpointRoutes(ModelEndpoints endpoints, InferenceService service, ModelRegistry models,
			BriefWaits waits) {
		return endpoints.route(service, models, waits);
	}

	/** Before router functions that answer everything. */
	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	RouterFunction<ServerResponse> modelEndpointRouterFunction(EndpointRoutes routes, RequestBodies bodies,
			EndpointProperties properties) {
		return routes.toRouterFunction()
			.filter(bodies.reader(properties.maxRequestSize(), properties.bodyTimeout(),
					"model-serving.endpoints.body-timeout", EndpointRoutes::rejected));
	}

	/** The filter is there before the beans of the application are. */
	@Bean
	FilterRegistrationBean<Filter> modelEndpointOverloadFilter(ObjectProvider<EndpointRoutes> routes, JsonMapper mapper,
			ObjectProvider<WebMvcProperties> mvc) {
		WebMvcProperties properties = mvc.getIfAvailable();
		FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>(
				EndpointRoutes.overloadFilter(SingletonSupplier.of(routes::getObject),
						(properties != null) ? properties.getServlet().getServletPrefix() : "", mapper));
		registration.setName("modelEndpointOverloadFilter");
		registration.setOrder(BEFORE_ALL);
		return registration;
	}

	/** After those that may look at what is sent. */
	@Bean
	FilterRegistrationBean<Filter> modelEndpointFormFilter(ObjectProvider<EndpointRoutes> routes,
			ObjectProvider<WebMvcProperties> mvc) {
		WebMvcProperties properties = mvc.getIfAvailable();
		FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>(
				EndpointRoutes.formFilter(SingletonSupplier.of(routes::getObject),
						(properties != null) ? properties.getServlet().getServletPrefix() : ""));
		registration.setName("modelEndpointFormFilter");
		registration.setOrder(Ordered.LOWEST_PRECEDENCE);
		return registration;
	}

	@Bean
	HandlerExceptionResolver modelEndpointExceptionResolver(ModelEndpoints endpoints) {
		return endpoints.exceptionResolver();
	}

	@Bean
	ExampleWatch modelEndpointExampleWatch(ObjectProvider<ModelEndpoints> endpoints,
			ObjectProvider<InferenceService> service) {
		return new ExampleWatch(endpoints, service);
	}

	/**
	 * The container's own limit of thirty seconds would cut off models that are given
	 * more time, so there is none unless the application asks for one.
	 */
	private static Duration asyncTimeout(@Nullable WebMvcProperties mvc) {
		Duration configured = (mvc != null) ? mvc.getAsync().getRequestTimeout() : null;
		return (configured != null) ? configured : Duration.ZERO;
	}

	/**
	 * Handlers read pictures and cut texts into tokens with native code, which must not
	 * run on a virtual thread: meanwhile it would keep others from running.
	 */
	private static DataSize large(Environment environment) {
		return Threading.VIRTUAL.isActive(environment) ? DataSize.ofBytes(0) : RequestLimits.LARGE;
	}

	/**
	 * Constraints on the components of requests.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Validator.class)
	static class ValidationConfiguration {

		private static final Logger logger = LoggerFactory.getLogger(ValidationConfiguration.class);

		/** Spring Boot's own, which is there unless the application has one. */
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
