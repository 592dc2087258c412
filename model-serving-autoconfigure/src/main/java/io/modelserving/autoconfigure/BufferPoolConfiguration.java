package io.modelserving.autoconfigure;

import io.modelserving.tensor.BufferPool;

import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Memory for the bodies of requests.
 */
@Configuration(proxyBeanMethods = false)
class BufferPoolConfiguration {

	/**
	 * The most memory that is kept for later requests, in a heap that is large enough.
	 */
	private static final long MOST_KEPT_BYTES = 256L << 20;

	/**
	 * A quarter of the heap, which is what requests that wait have needed already.
	 */
	@Bean
	@ConditionalOnMissingBean
	BufferPool modelBufferPool() {
		return new BufferPool(Math.min(MOST_KEPT_BYTES, Runtime.getRuntime().maxMemory() / 4));
	}

}
