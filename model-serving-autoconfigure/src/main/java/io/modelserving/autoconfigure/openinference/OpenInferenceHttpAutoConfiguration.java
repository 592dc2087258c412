package io.modelserving.autoconfigure.openinference;

import io.modelserving.autoconfigure.web.ModelServingWebAutoConfiguration;
import java.time.Duration;

import io.modelserving.openinference.OutputLabels;
import io.modelserving.openinference.RepositoryControl;
import io.modelserving.openinference.StatisticsSource;
import io.modelserving.openinference.http.Compression;
import io.modelserving.openinference.http.ErrorDispatchFilter;
import io.modelserving.openinference.http.OpenInferenceRoutes;
import io.modelserving.openinference.http.OverloadFilter;
import io.modelserving.openinference.http.ProtocolPaths;
import io.modelserving.openinference.http.UnknownPathResolver;
import io.modelserving.serving.BriefWaits;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.tensor.BufferPool;
import io.modelserving.web.RequestBodies;
import jakarta.servlet.DispatcherType;
import org.jspecify.annotations.Nullable;
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
@ConditionalOnBean({ RequestBodies.class, RepositoryControl.class })
@ConditionalOnBooleanProperty(name = "model-serving.open-inference.enabled", matchIfMissing = true)
@Import(OpenInferenceTomcatConfiguration.class)
public final class OpenInferenceHttpAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	OpenInferenceRoutes openInferenceRoutes(ModelRegistry registry, InferenceService service, OutputLabels labels,
			StatisticsSource statistics, RepositoryControl repository, OpenInferenceProperties properties,
			ObjectProvider<WebMvcProperties> mvc, BriefWaits waits, BufferPool pool) {
		OpenInferenceProperties.Compression compression = properties.compression();
		return new OpenInferenceRoutes(properties.basePath(), registry, service, labels, statistics, repository,
				properties.maxRequestSize(), new Compression(compression.enabled(), compression.minResponseSize()),
				asyncTimeout(mvc.getIfAvailable()), waits, pool);
	}

	private static Duration asyncTimeout(@Nullable WebMvcProperties mvc) {
		Duration configured = (mvc != null) ? mvc.getAsync().getRequestTimeout() : null;
		return (configured != null) ? configured : Duration.ZERO;
	}

	/** Before router functions that answer everything. */
	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	RouterFunction<ServerResponse> openInferenceRouterFunction(OpenInferenceRoutes routes, RequestBodies bodies,
			OpenInferenceProperties properties) {
		return routes.toRouterFunction()
			.filter(bodies.reader(properties.maxRequestSize(), properties.bodyTimeout(),
					"model-serving.open-inference.body-timeout", OpenInferenceRoutes::rejected));
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

	/** The filter is there before the beans of the application are. */
	@Bean
	FilterRegistrationBean<OverloadFilter> openInferenceOverloadFilter(ObjectProvider<OpenInferenceRoutes> routes,
			ProtocolPaths paths) {
		FilterRegistrationBean<OverloadFilter> registration = new FilterRegistrationBean<>(
				new OverloadFilter(SingletonSupplier.of(routes::getObject), paths));
		registration.setName("openInferenceOverloadFilter");
		registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
		return registration;
	}

}
