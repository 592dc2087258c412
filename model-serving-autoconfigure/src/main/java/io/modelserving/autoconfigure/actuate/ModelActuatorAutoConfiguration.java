package io.modelserving.autoconfigure.actuate;

import io.modelserving.autoconfigure.ModelServingAutoConfiguration;
import java.util.HashMap;
import java.util.Map;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.modelserving.actuate.ModelFilesEndpoint;
import io.modelserving.actuate.ModelManagement;
import io.modelserving.actuate.ModelManagementAuditor;
import io.modelserving.actuate.ModelsEndpoint;
import io.modelserving.actuate.ModelsEndpointJmxExtension;
import io.modelserving.actuate.ModelsEndpointWebExtension;
import io.modelserving.actuate.ModelsInfoContributor;
import io.modelserving.actuate.PipelinesEndpoint;
import io.modelserving.endpoint.PipelineHandler;
import io.modelserving.model.onnx.OnnxRuntimes;
import io.modelserving.pipeline.Pipeline;
import io.modelserving.pipeline.Stage;
import io.modelserving.serving.ModelAdministration;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelRepository;
import io.modelserving.tuning.ModelTuner;
import io.modelserving.serving.statistics.StatisticsCollector;
import io.modelserving.repository.cache.Downloader;

/**
 * Auto-configuration for what operators see of the models. Whether an endpoint is
 * reachable is the user's choice, as with every other.
 */
@AutoConfiguration(after = ModelServingAutoConfiguration.class)
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnBean(ModelRegistry.class)
public final class ModelActuatorAutoConfiguration {

	/**
	 * The endpoint.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnAvailableEndpoint(ModelsEndpoint.class)
	@ConditionalOnBean({ StatisticsCollector.class, ModelTuner.class })
	@EnableConfigurationProperties(ManagementProperties.class)
	static class EndpointConfiguration {

		@Bean
		@ConditionalOnMissingBean
		ModelsEndpoint modelsEndpoint(ModelRegistry registry, StatisticsCollector statistics) {
			return new ModelsEndpoint(registry, statistics);
		}

		@Bean
		ModelManagement modelManagement(ModelRegistry registry, ModelAdministration administration,
				ObjectProvider<ModelRepository> repository, ModelTuner tuner, ApplicationEventPublisher publisher,
				ManagementProperties properties) {
			return new ModelManagement(registry, administration, repository::getIfAvailable, tuner, publisher,
					properties.waitTime());
		}

		@Bean
		@ConditionalOnMissingBean
		ModelsEndpointWebExtension modelsEndpointWebExtension(ModelsEndpoint endpoint, ModelManagement management) {
			return new ModelsEndpointWebExtension(endpoint, management);
		}

		@Bean
		@ConditionalOnMissingBean
		ModelsEndpointJmxExtension modelsEndpointJmxExtension(ModelManagement management) {
			return new ModelsEndpointJmxExtension(management);
		}

		@Bean
		ModelManagementAuditor modelManagementAuditor(ApplicationEventPublisher publisher) {
			return new ModelManagementAuditor(publisher);
		}

	}

	/**
	 * The endpoint of the pipelines.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnAvailableEndpoint(PipelinesEndpoint.class)
	static class PipelinesConfiguration {

		@Bean
		@ConditionalOnMissingBean
		PipelinesEndpoint pipelinesEndpoint(ListableBeanFactory beans) {
			return new PipelinesEndpoint(() -> pipelines(beans));
		}

		/** Those that are beans, and those of endpoints. */
		private static Map<String, Pipeline<?, ?>> pipelines(ListableBeanFactory beans) {
			Map<String, Pipeline<?, ?>> pipelines = new HashMap<>();
			beans.getBeansOfType(PipelineHandler.class)
				.forEach((name, handler) -> pipelines.put(name, handler.pipeline()));
			beans.getBeansOfType(Pipeline.class).forEach((name, pipeline) -> {
				if (!(pipeline instanceof Stage) && !pipelines.containsValue(pipeline)) {
					pipelines.put(name, pipeline);
				}
			});
			return pipelines;
		}

	}

	/**
	 * The endpoint of the downloaded files.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnAvailableEndpoint(ModelFilesEndpoint.class)
	@ConditionalOnBean(Downloader.class)
	static class FilesConfiguration {

		@Bean
		@ConditionalOnMissingBean
		ModelFilesEndpoint modelFilesEndpoint(Downloader downloads) {
			return new ModelFilesEndpoint(downloads::status);
		}

	}

	/**
	 * The contribution to the info endpoint.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(InfoContributor.class)
	static class InfoConfiguration {

		@Bean
		@ConditionalOnMissingBean
		@ConditionalOnEnabledInfoContributor("models")
		ModelsInfoContributor modelsInfoContributor(ModelRegistry registry) {
			return new ModelsInfoContributor(registry, OnnxRuntimes.version());
		}

	}

}
