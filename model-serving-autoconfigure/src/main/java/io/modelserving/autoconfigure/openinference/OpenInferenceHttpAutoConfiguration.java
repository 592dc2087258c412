package io.modelserving.autoconfigure.openinference;

import io.modelserving.autoconfigure.web.ModelServingWebAutoConfiguration;
import java.util.function.Supplier;

import io.modelserving.openinference.OutputLabels;
import io.modelserving.openinference.RepositoryControl;
import io.modelserving.openinference.StatisticsSource;
import io.modelserving.openinference.http.ErrorDispatchFilter;
import io.modelserving.openinference.http.OpenInferenceRoutes;
import io.modelserving.openinference.http.OpaqueRequestFilter;
import io.modelserving.openinference.http.ProtocolPaths;
import io.modelserving.openinference.http.UnknownPathResolver;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.tensor.BufferPool;
import io.modelserving.web.BodyBounds;
import io.modelserving.web.BodyRules;
import io.modelserving.web.RequestExecution;
import jakarta.servlet.DispatcherType;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.WebMvcProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * Auto-configuration for the Open Inference Protocol over HTTP.
 */
@AutoConfiguration(after = { ModelServingWebAutoConfiguration.class, OpenInferenceAutoConfiguration.class })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({ DispatcherServlet.class, JsonMapper.class, WebMvcProperties.class })
@ConditionalOnBean({ RequestExecution.class, RepositoryControl.class })
@ConditionalOnBooleanProperty(name = "model-serving.open-inference.enabled", matchIfMissing = true)
@Import(OpenInferenceTomcatConfiguration.class)
public final class OpenInferenceHttpAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	OpenInferenceRoutes openInferenceRoutes(ModelRegistry registry, InferenceService service, OutputLabels labels,
			StatisticsSource statistics, RepositoryControl repository, OpenInferenceProperties properties,
			RequestExecution execution, BufferPool pool) {
		return new OpenInferenceRoutes(properties.basePath(), registry, service, labels, statistics, repository,
				new BodyBounds(properties.maxRequestSize().toBytes(), properties.maxInflationRatio()),
				properties.compression(), execution, pool);
	}

	/** Before router functions that match every request. */
	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	RouterFunction<ServerResponse> openInferenceRouterFunction(OpenInferenceRoutes routes, RequestExecution execution) {
		return routes.toRouterFunction().filter(execution.entry(routes::rejected));
	}

	/** The server is created before the routes. */
	@Bean
	BodyRules openInferenceBodyRules(ObjectProvider<OpenInferenceRoutes> routes, ProtocolPaths paths,
			OpenInferenceProperties properties) {
		Supplier<OpenInferenceRoutes> all = SingletonSupplier.of(routes::getObject);
		return (head) -> paths.claims("", "POST", paths.servletPath() + head.path())
				? all.get().bodyRule(head, properties.bodyTimeout()) : null;
	}

	@Bean
	UnknownPathResolver openInferenceUnknownPaths(OpenInferenceRoutes routes, ProtocolPaths paths) {
		return new UnknownPathResolver(routes, paths);
	}

	@Bean
	ProtocolPaths openInferenceProtocolPaths(OpenInferenceProperties protocol, ObjectProvider<WebMvcProperties> mvc) {
		WebMvcProperties properties = mvc.getIfAvailable();
		return new ProtocolPaths(protocol.basePath(),
				(properties != null) ? properties.getServlet().getServletPrefix() : "");
	}

	@Bean
	FilterRegistrationBean<ErrorDispatchFilter> openInferenceErrorDispatchFilter(ProtocolPaths paths) {
		FilterRegistrationBean<ErrorDispatchFilter> registration = new FilterRegistrationBean<>(
				new ErrorDispatchFilter(paths));
		registration.setDispatcherTypes(DispatcherType.ERROR);
		registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
		return registration;
	}

	@Bean
	FilterRegistrationBean<OpaqueRequestFilter> openInferenceOpaqueRequestFilter(ProtocolPaths paths) {
		FilterRegistrationBean<OpaqueRequestFilter> registration = new FilterRegistrationBean<>(
				new OpaqueRequestFilter(paths));
		registration.setName("openInferenceOpaqueRequestFilter");
		registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
		return registration;
	}

}
