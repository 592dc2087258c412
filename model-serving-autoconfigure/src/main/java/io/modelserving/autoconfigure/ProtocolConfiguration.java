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

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * What the Open Inference Protocol needs, whatever carries it.
 */
@Configuration(proxyBeanMethods = false)
@Import(BufferPoolConfiguration.class)
@EnableConfigurationProperties(OpenInferenceProperties.class)
class ProtocolConfiguration {

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
