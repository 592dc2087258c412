package io.modelserving.autoconfigure.web;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.thread.Threading;
import org.springframework.boot.webmvc.autoconfigure.WebMvcProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.core.task.TaskDecorator;
import org.springframework.util.ClassUtils;

import io.modelserving.autoconfigure.CallerContext;
import io.modelserving.web.PathConflicts;
import io.modelserving.web.RequestExecution;

/**
 * The HTTP entry point that typed endpoints and the Open Inference Protocol share.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(WebProperties.class)
class WebConfiguration {

	private static final boolean TOMCAT = ClassUtils.isPresent("org.apache.catalina.startup.Tomcat",
			WebConfiguration.class.getClassLoader());

	/** What Tomcat and Jetty have by default. */
	private static final int USUAL_THREADS = 200;

	@Bean
	@ConditionalOnMissingBean
	RequestExecution modelRequestExecution(WebProperties properties, ObjectProvider<WebMvcProperties> mvc,
			ObjectProvider<TaskDecorator> context, Environment environment, ListableBeanFactory beans) {
		return new RequestExecution(properties.execution(), asyncTimeout(mvc.getIfAvailable()),
				(task) -> CallerContext.decorate(ObservationScope.keep(task, beans), context.orderedStream().toList()),
				threadsForModels(environment));
	}

	@Bean
	@Lazy(false)
	@ConditionalOnMissingBean
	PathConflicts modelPathConflicts(ListableBeanFactory beans) {
		return new PathConflicts(beans);
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
	 * Return how many threads of the server may wait for models at once: all but a tenth.
	 * @param environment the configuration
	 * @return the number
	 */
	static int threadsForModels(Environment environment) {
		if (Threading.VIRTUAL.isActive(environment)) {
			return RequestExecution.UNLIMITED;
		}
		int threads = threads(environment);
		return Math.max(1, threads - Math.max(1, threads / 10));
	}

	private static int threads(Environment environment) {
		String property = TOMCAT ? "server.tomcat.threads.max" : "server.jetty.threads.max";
		int threads = Binder.get(environment).bind(property, Integer.class).orElse(USUAL_THREADS);
		return (threads > 0) ? threads : USUAL_THREADS;
	}

}
