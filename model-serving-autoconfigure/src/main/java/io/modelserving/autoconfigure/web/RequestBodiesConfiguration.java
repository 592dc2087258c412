package io.modelserving.autoconfigure.web;

import io.modelserving.tensor.BufferPool;
import io.modelserving.web.PathConflicts;
import io.modelserving.web.RequestBodies;
import jakarta.servlet.MultipartConfigElement;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.thread.Threading;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.util.unit.DataSize;

/**
 * Reading of the bodies of HTTP requests.
 */
@Configuration(proxyBeanMethods = false)
class RequestBodiesConfiguration {

	/**
	 * A quarter of the heap for the bodies that are arriving, so that slow senders cannot
	 * fill it.
	 */
	@Bean
	@ConditionalOnMissingBean
	RequestBodies modelRequestBodies(BufferPool pool, Environment environment,
			ObjectProvider<MultipartConfigElement> formLimits) {
		return new RequestBodies(pool, DataSize.ofBytes(Runtime.getRuntime().maxMemory() / 4),
				Threading.VIRTUAL.isActive(environment) ? 0 : BriefWaitConfiguration.threads(environment) / 8,
				formLimits.getIfAvailable(() -> new MultipartConfigElement("")));
	}

	@Bean
	@Lazy(false)
	@ConditionalOnMissingBean
	PathConflicts modelPathConflicts(ListableBeanFactory beans) {
		return new PathConflicts(beans);
	}

}
