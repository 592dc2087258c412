package io.modelserving.autoconfigure;

import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ResourceLoader;

import io.modelserving.codec.JsonTensors;
import io.modelserving.codec.SampleFiles;

/**
 * Samples to warm up models on, from files.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(name = "tools.jackson.core.JsonParser")
class SamplesConfiguration {

	/** Samples come from the operator, so only the size of an array limits them. */
	private static final long MAX_BYTES = Integer.MAX_VALUE;

	@Bean
	WarmUpSamples warmUpSamples(ResourceLoader resourceLoader) {
		return new SampleLocations(resourceLoader, new SampleFiles(new JsonTensors(MAX_BYTES)));
	}

}
