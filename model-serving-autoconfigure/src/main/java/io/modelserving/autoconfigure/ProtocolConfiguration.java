package io.modelserving.autoconfigure;

import io.modelserving.openinference.LabelFiles;
import io.modelserving.openinference.MetadataLabels;
import io.modelserving.openinference.OutputLabels;
import io.modelserving.openinference.RepositoryControl;
import io.modelserving.openinference.StatisticsSource;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelRepository;
import io.modelserving.serving.ModelStatistics;
import io.modelserving.serving.StatisticsCollector;
import io.modelserving.tensor.BufferPool;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What the Open Inference Protocol needs, whatever carries it.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(OpenInferenceProperties.class)
class ProtocolConfiguration {

	/**
	 * The most memory that is kept for requests to come, in a heap that is large enough.
	 */
	private static final long MOST_KEPT_BYTES = 256L << 20;

	/**
	 * A quarter of the heap, which is what requests that wait have needed already.
	 */
	@Bean
	@ConditionalOnMissingBean
	BufferPool openInferenceBufferPool() {
		return new BufferPool(Math.min(MOST_KEPT_BYTES, Runtime.getRuntime().maxMemory() / 4));
	}

	@Bean
	@ConditionalOnMissingBean
	OutputLabels openInferenceOutputLabels(ModelRegistry registry) {
		return new LabelFiles(registry, new MetadataLabels(registry));
	}

	@Bean
	@ConditionalOnMissingBean
	StatisticsSource openInferenceStatistics(ObjectProvider<StatisticsCollector> collector) {
		StatisticsCollector available = collector.getIfAvailable();
		return (available != null) ? available::statistics : (key) -> ModelStatistics.NONE;
	}

	@Bean
	@ConditionalOnMissingBean
	RepositoryControl openInferenceRepositoryControl(ModelRepository repository, OpenInferenceProperties properties) {
		return new RepositoryControl(repository, properties.allowRepositoryControl());
	}

}
