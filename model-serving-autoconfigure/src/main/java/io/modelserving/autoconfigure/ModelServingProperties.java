package io.modelserving.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the models being served.
 *
 * @param enabled Whether models are served at all.
 * @param dryRun Whether the application loads its models, says what is known of them, and
 * ends: with 0, or with 1 if one cannot be served.
 * @param repository Directories that have a directory for each model, with a directory
 * for each of its versions and a model.onnx in it; of a model that is in several, the
 * first counts.
 * @param repositoryControl When the models of the repository are loaded, and what those
 * who load them may change.
 * @param downloads How models are downloaded that are not on this machine.
 * @param sources How the services are reached that models come from.
 * @param terminationGrace Time that a run has to end after it was terminated, before its
 * instance counts as hung and is replaced.
 * @param defaults Settings of every model that does not say otherwise.
 * @param models Models by name, with their own settings.
 * @param ensembles Ensembles by name: models whose runs call other models.
 */
@ConfigurationProperties("model-serving")
record ModelServingProperties(@DefaultValue("true") boolean enabled, @DefaultValue("false") boolean dryRun,
		@DefaultValue List<String> repository,
		@DefaultValue @NestedConfigurationProperty RepositoryControlProperties repositoryControl,
		@DefaultValue @NestedConfigurationProperty DownloadProperties downloads,
		@DefaultValue @NestedConfigurationProperty SourceProperties sources,
		@DefaultValue("5s") Duration terminationGrace,
		@DefaultValue @NestedConfigurationProperty ModelProperties defaults,
		@DefaultValue Map<String, ModelProperties> models, @DefaultValue Map<String, EnsembleProperties> ensembles) {

	/** Prefix of all properties. */
	static final PropertyPath PATH = new PropertyPath("model-serving");

	/** All keys directly below the prefix, also those of other classes. */
	static final List<String> KEYS = List.of("enabled", "dry-run", "repository", "repository-control", "downloads",
			"sources", "defaults", "models", "batch", "endpoints", "web", "open-inference", "management", "grpc",
			"stages", "ensembles", "functions");

	ModelServingProperties {
		repository = List.copyOf(repository);
		models = Map.copyOf(models);
		ensembles = Map.copyOf(ensembles);
		PATH.positive("termination-grace", terminationGrace);
		PATH.child("defaults")
			.check(defaults.location() == null, "location", defaults.location(),
					"every model has a location of its own: set model-serving.models.<name>.location, or model-serving.repository");
		PATH.child("defaults")
			.check(defaults.checksum() == null, "checksum", defaults.checksum(),
					"every model has a checksum of its own: set model-serving.models.<name>.checksum");
		defaults.check(PATH.child("defaults"));
		models.forEach((name, model) -> model.check(pathOf(name)));
		defaults.checkWhole(PATH.child("defaults"));
		models.forEach((name, model) -> model.over(defaults).checkWhole(pathOf(name)));
		EnsembleProperties.check(PATH.child("ensembles"), ensembles, models.keySet());
	}

	static PropertyPath pathOf(String model) {
		return PATH.child("models").child(model);
	}

	ModelProperties settingsOf(String name) {
		return settingsOf(name, Optional.empty());
	}

	/**
	 * Return the settings of a model.
	 * @param name its name, configured or not
	 * @param file the settings that lie with it, empty if there are none
	 * @return its own settings, over those that lie with it, over the defaults
	 */
	ModelProperties settingsOf(String name, Optional<ModelProperties> file) {
		ModelProperties base = file.map((lying) -> lying.over(this.defaults)).orElse(this.defaults);
		ModelProperties own = this.models.get(name);
		return (own != null) ? own.over(base) : base;
	}

}
