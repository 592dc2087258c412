package io.modelserving.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.io.support.ResourcePatternResolver;

import io.modelserving.repository.ControlledModelRepository;
import io.modelserving.repository.ModelCatalog;
import io.modelserving.repository.ModelLocations;
import io.modelserving.repository.OverrideFiles;
import io.modelserving.repository.RepositoryPoller;
import io.modelserving.repository.cache.Downloader;
import io.modelserving.repository.source.SourceKinds;
import io.modelserving.repository.source.SourceSettings;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.pipeline.Ensembles;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelAdministration;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelRepository;
import io.modelserving.serving.stream.StreamingModel;

/**
 * The models of the repository, and how they are loaded and unloaded while the
 * application runs.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ModelServingProperties.class)
class RepositoryConfiguration {

	@Bean
	Downloader modelDownloads(ModelServingProperties properties) {
		return new Downloader(properties.downloads().settings());
	}

	@Bean
	OverrideFiles modelOverrideFiles(ModelServingProperties properties) {
		return new OverrideFiles(properties.repositoryControl().maxFileOverrideSize().toBytes());
	}

	@Bean
	ModelFiles modelFiles(ModelServingProperties properties, Environment environment, ResourceLoader resourceLoader,
			ObjectProvider<ResourcePatternResolver> resolvers, Downloader downloads) {
		ResourcePatternResolver resources = resolvers
			.getIfUnique(() -> new PathMatchingResourcePatternResolver(resourceLoader));
		SourceSettings settings = properties.sources()
			.settings(environment, properties.downloads().maxSize().toBytes());
		return new ModelFiles(properties,
				new ModelLocations(resources, SourceKinds.all(resources, downloads, settings), downloads));
	}

	@Bean
	Ensembles modelEnsembles(ObjectProvider<InferenceService> service, ObjectProvider<ModelRegistry> models) {
		return new Ensembles(service::getObject, models::getObject);
	}

	@Bean
	ModelDefinitions modelDefinitions(ModelServingProperties properties, Environment environment, ModelFiles files,
			OverrideFiles overrides, ObjectProvider<ModelLoaderFactory> loaders, ObjectProvider<WarmUpSamples> samples,
			ObjectProvider<ModelDefinition> definitions, Ensembles ensembles, ObjectProvider<StreamingModel> streaming,
			ObjectProvider<ModelDefinitionCustomizer> customizers) {
		UnknownProperties.check(environment);
		List<ModelDefinition> beans = new ArrayList<>(definitions.orderedStream().toList());
		properties.ensembles().forEach((name, ensemble) -> beans.add(ensemble.define(name, ensembles)));
		streaming.orderedStream().map(ensembles::define).forEach(beans::add);
		return new ModelDefinitions(properties, files, () -> loaders.getIfAvailable(OnnxRuntimeCheck::failMissing),
				() -> samples.getIfAvailable(WarmUpSamples::failMissing),
				new ModelOverrides(properties.repositoryControl(), overrides), beans, customizer(customizers));
	}

	private static UnaryOperator<ModelDefinition> customizer(ObjectProvider<ModelDefinitionCustomizer> customizers) {
		return (definition) -> {
			ModelDefinition customized = definition;
			for (ModelDefinitionCustomizer customizer : customizers.orderedStream().toList()) {
				customized = customizer.customize(customized);
			}
			return customized;
		};
	}

	@Bean
	StartupModels startupModels(ModelServingProperties properties, ModelDefinitions definitions,
			Environment environment) {
		return new StartupModels(properties, definitions,
				UnknownProperties.unknownKeys(environment, ModelServingProperties.KEYS));
	}

	@Bean(destroyMethod = "shutdown")
	@ConditionalOnMissingBean(ModelRepository.class)
	RepositoryExecutor modelRepositoryExecutor() {
		return new RepositoryExecutor();
	}

	@Bean
	@ConditionalOnMissingBean(ModelRepository.class)
	ControlledModelRepository modelRepository(ModelServingProperties properties, ModelCatalog catalog,
			ModelRegistry registry, ModelAdministration administration, OverrideFiles overrides,
			RepositoryExecutor executor) {
		return new ControlledModelRepository(catalog, registry, administration, properties.repositoryControl().mode(),
				overrides, executor.executor());
	}

	@Bean
	@ConditionalOnProperty(name = "model-serving.repository-control.mode", havingValue = "poll")
	@ConditionalOnBean(ControlledModelRepository.class)
	RepositoryPolling modelRepositoryPolling(ModelServingProperties properties, ModelFiles files,
			ControlledModelRepository repository) {
		return new RepositoryPolling(new RepositoryPoller(files::onDisk, files::remote, repository),
				properties.repositoryControl().pollInterval());
	}

	/**
	 * Threads that look at files. Not an executor by its type, since the application's
	 * own is chosen by that.
	 *
	 * @param executor runs what looks at files
	 */
	record RepositoryExecutor(ExecutorService executor) {

		RepositoryExecutor() {
			this(Executors.newCachedThreadPool((task) -> {
				Thread thread = new Thread(task, "model-repository");
				thread.setDaemon(true);
				return thread;
			}));
		}

		void shutdown() {
			this.executor.shutdownNow();
		}

	}

}
