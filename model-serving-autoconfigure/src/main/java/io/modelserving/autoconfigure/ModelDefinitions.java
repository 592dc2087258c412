package io.modelserving.autoconfigure;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelLoader;
import io.modelserving.model.ModelSource;
import io.modelserving.repository.source.CheckedModelSource;
import io.modelserving.repository.FoundModel;
import io.modelserving.repository.ModelCatalog;
import io.modelserving.repository.ModelVersions;
import io.modelserving.repository.RepositoryContent;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.ModelRepository.LoadOverrides;
import io.modelserving.serving.WarmUpSettings.Samples;

/**
 * Turns properties and files into definitions of models.
 */
final class ModelDefinitions implements ModelCatalog {

	private static final Logger logger = LoggerFactory.getLogger(ModelDefinitions.class);

	private final ModelServingProperties properties;

	private final ModelFiles files;

	private final Supplier<ModelLoaderFactory> loaders;

	private final Supplier<WarmUpSamples> samples;

	private final ModelOverrides overrides;

	private final Map<String, List<ModelDefinition>> beans;

	private final UnaryOperator<ModelDefinition> customizer;

	/**
	 * Create the catalog.
	 * @param properties what to serve, and how
	 * @param files finds the files
	 * @param loaders gives the runtime; asked only if there is a model
	 * @param samples gives what reads samples; asked only if there are any
	 * @param overrides applies the settings of requests
	 * @param beans further models, which are the application's own
	 * @param customizer has the last word on every definition
	 */
	ModelDefinitions(ModelServingProperties properties, ModelFiles files, Supplier<ModelLoaderFactory> loaders,
			Supplier<WarmUpSamples> samples, ModelOverrides overrides, List<ModelDefinition> beans,
			UnaryOperator<ModelDefinition> customizer) {
		this.properties = properties;
		this.files = files;
		this.loaders = loaders;
		this.samples = samples;
		this.overrides = overrides;
		this.beans = beans.stream().collect(Collectors.groupingBy((definition) -> definition.key().name()));
		this.customizer = customizer;
	}

	@Override
	public Map<String, String> models() {
		RepositoryContent content = this.files.inRepository();
		Map<String, String> models = new TreeMap<>(content.passedOver());
		content.models().keySet().forEach((name) -> models.put(name, ""));
		this.properties.models().keySet().forEach((name) -> models.putIfAbsent(name, ""));
		this.beans.keySet().forEach((name) -> models.put(name, ""));
		return models;
	}

	boolean isBean(String model) {
		return this.beans.containsKey(model);
	}

	boolean isRequired(String model) {
		return this.properties.settingsOf(model).isRequired();
	}

	@Override
	public FoundModel find(String model, LoadOverrides overrides) {
		this.overrides.checkAllowed(overrides);
		List<ModelDefinition> own = this.beans.get(model);
		if (own != null) {
			return ofBeans(model, own, overrides);
		}
		ModelProperties settings = this.overrides.apply(model, overrides, settings(model));
		Path directory = this.overrides.store(model, overrides);
		ModelVersions versions = (directory != null) ? this.files.versions(model, directory, settings)
				: this.files.versions(model, settings);
		return define(model, settings, versions, Merge.or(settings.required(), false));
	}

	/**
	 * Return how to load a model at startup, when the application waits for it.
	 * @param model its name
	 * @return its versions
	 * @throws ModelLoadException if nothing of it can be loaded
	 */
	FoundModel atStartup(String model) {
		List<ModelDefinition> own = this.beans.get(model);
		if (own != null) {
			return ofBeans(model, own, LoadOverrides.NONE);
		}
		ModelProperties settings = settings(model);
		return define(model, settings, this.files.versions(model, settings), settings.isRequired());
	}

	private FoundModel ofBeans(String model, List<ModelDefinition> beans, LoadOverrides overrides) {
		if (!overrides.isEmpty()) {
			throw new InvalidInput("model \"%s\" is defined in code, which a request cannot change".formatted(model));
		}
		return new FoundModel(beans.stream().map(this.customizer).toList(),
				beans.stream().map((bean) -> bean.key().version()).collect(Collectors.toCollection(TreeSet::new)));
	}

	private ModelProperties settings(String model) {
		return this.properties.settingsOf(model, ModelSettingsFile.read(model, this.files.directory(model)));
	}

	private FoundModel define(String model, ModelProperties settings, ModelVersions versions, boolean required) {
		Samples inputs = samples(model, settings.warmUp().locations());
		versions.notes().forEach((note) -> logger.warn("Model {}: {}", model, note));
		List<ModelDefinition> definitions = new ArrayList<>();
		versions.sources()
			.forEach((version, source) -> definitions
				.add(define(new ModelKey(model, version), source, settings, inputs, required)));
		versions.missing()
			.forEach((version, problem) -> definitions.add(failing(new ModelKey(model, version), problem)));
		return new FoundModel(definitions, versions.available());
	}

	private Samples samples(String name, List<String> locations) {
		return locations.isEmpty() ? Samples.GENERATED : this.samples.get().find(name, locations);
	}

	private ModelDefinition define(ModelKey key, ModelSource source, ModelProperties settings, Samples inputs,
			boolean required) {
		ModelLoader loader = this.loaders.get().loaderFor(settings.runtime());
		return this.customizer.apply(new ModelDefinition(key, new CheckedModelSource(source, settings.checksum()),
				loader, required, settings.runtime().instanceSettings(settings.optimizeFor()),
				settings.batching().settings(), settings.warmUp().settings(inputs), settings.traffic().traffic(),
				settings.sequences().settings(), settings.cache().settings()));
	}

	@Override
	public ModelDefinition failing(ModelKey key, ModelLoadException problem) {
		ModelProperties defaults = this.properties.defaults();
		ModelProperties own = this.properties.models().get(key.name());
		String location = (own != null && own.location() != null) ? own.location()
				: String.join(", ", this.properties.repository());
		return new ModelDefinition(key, new MissingModelSource(problem, location),
				this.loaders.get().loaderFor(defaults.runtime()), false,
				defaults.runtime().instanceSettings(defaults.optimizeFor()), defaults.batching().settings(),
				defaults.warmUp().settings(Samples.GENERATED));
	}

}
