package io.modelserving.autoconfigure.openinference;

import io.modelserving.autoconfigure.ModelServingAutoConfiguration;
import io.modelserving.openinference.LabelFiles;
import io.modelserving.openinference.MetadataLabels;
import io.modelserving.openinference.OutputLabels;
import io.modelserving.openinference.RepositoryControl;
import io.modelserving.openinference.StatisticsSource;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelRepository;
import io.modelserving.serving.statistics.ModelStatistics;
import io.modelserving.serving.statistics.StatisticsCollector;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configuration for what the Open Inference Protocol needs, whatever carries it.
 */
@AutoConfiguration(after = ModelServingAutoConfiguration.class)
@ConditionalOnClass(JsonMapper.class)
@ConditionalOnBean({ ModelRegistry.class, ModelRepository.class })
@EnableConfigurationProperties(OpenInferenceProperties.class)
public final class OpenInferenceAutoConfiguration {

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
