package io.modelserving.autoconfigure;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelLoader;
import io.modelserving.model.ModelSource;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.WarmUpSettings.Samples;

/**
 * Turns properties into the models to serve. What can be seen to be wrong without loading
 * anything stops the application if the model is required; a model that is not becomes
 * one that fails to load.
 */
final class ModelDefinitions {

	private final ModelServingProperties properties;

	private final ModelFiles files;

	private final Supplier<ModelLoaderFactory> loaders;

	private final Supplier<WarmUpSamples> samples;

	/**
	 * Create the factory.
	 * @param properties what to serve, and how
	 * @param files finds the files
	 * @param loaders gives the runtime; asked only if there is a model
	 * @param samples gives what reads samples; asked only if there are any
	 */
	ModelDefinitions(ModelServingProperties properties, ModelFiles files, Supplier<ModelLoaderFactory> loaders,
			Supplier<WarmUpSamples> samples) {
		this.properties = properties;
		this.files = files;
		this.loaders = loaders;
		this.samples = samples;
	}

	/**
	 * Return the models to serve.
	 * @return one definition for each version
	 * @throws ModelLoadException if a required model is not where it should be
	 */
	List<ModelDefinition> create() {
		Set<String> names = new TreeSet<>(this.files.inRepository());
		names.addAll(this.properties.models().keySet());
		return names.stream().flatMap((name) -> create(name, this.properties.settingsOf(name)).stream()).toList();
	}

	private List<ModelDefinition> create(String name, ModelProperties settings) {
		try {
			Samples inputs = samples(name, settings.warmUp().locations());
			return this.files.versions(name, settings)
				.entrySet()
				.stream()
				.map((version) -> define(new ModelKey(name, version.getKey()), version.getValue(), settings, inputs))
				.toList();
		}
		catch (ModelLoadException ex) {
			if (settings.isRequired()) {
				throw ex;
			}
			ModelSource missing = new MissingModelSource(ex, String.valueOf(settings.location()));
			return List.of(define(new ModelKey(name, 1), missing, settings, Samples.GENERATED));
		}
	}

	private Samples samples(String name, List<String> locations) {
		return locations.isEmpty() ? Samples.GENERATED : this.samples.get().find(name, locations);
	}

	private ModelDefinition define(ModelKey key, ModelSource source, ModelProperties settings, Samples inputs) {
		ModelLoader loader = this.loaders.get().loaderFor(settings.runtime());
		return new ModelDefinition(key, source, loader, settings.isRequired(),
				settings.runtime().instanceSettings(settings.optimizeFor()), settings.batching().settings(),
				settings.warmUp().settings(inputs));
	}

}
