package io.modelserving.autoconfigure;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelSource;
import io.modelserving.repository.ModelLocations;
import io.modelserving.repository.ModelVersions;
import io.modelserving.repository.RepositoryContent;

/**
 * Finds the files of models: at their own locations, or in the repository.
 */
final class ModelFiles {

	private static final Logger logger = LoggerFactory.getLogger(ModelFiles.class);

	private final ModelServingProperties properties;

	private final ModelLocations locations;

	private final Map<String, ModelVersions> found = new TreeMap<>();

	/**
	 * Create the finder, which looks into the repository now.
	 * @param properties say where models are
	 * @param locations looks there
	 * @throws ModelLoadException if there is no repository where it should be
	 */
	ModelFiles(ModelServingProperties properties, ModelLocations locations) {
		this.properties = properties;
		this.locations = locations;
		String repository = properties.repository();
		if (repository != null) {
			RepositoryContent content = locations.scan(repository, properties.defaults().versionPolicy());
			content.notes().forEach((note) -> logger.warn("Model repository {}: {}", repository, note));
			this.found.putAll(content.models());
		}
	}

	/**
	 * Return the models of the repository.
	 * @return their names
	 */
	Set<String> inRepository() {
		return this.found.keySet();
	}

	/**
	 * Find the versions of a model.
	 * @param model its name
	 * @param settings say where it is, and which versions are wanted
	 * @return the versions
	 * @throws ModelLoadException if there are none, or not those wanted
	 */
	SortedMap<Long, ModelSource> versions(String model, ModelProperties settings) {
		ModelVersions versions = locate(model, settings);
		versions.notes().forEach((note) -> logger.warn("Model {}: {}", model, note));
		return versions.sources();
	}

	private ModelVersions locate(String model, ModelProperties settings) {
		String location = settings.location();
		if (location != null) {
			return this.locations.resolve(model, location, settings.versionPolicy());
		}
		ModelVersions scanned = this.found.get(model);
		if (scanned != null && settings.versionPolicy().equals(this.properties.defaults().versionPolicy())) {
			return scanned;
		}
		String repository = this.properties.repository();
		if (repository == null) {
			throw new ModelLoadException("model \"%s\" has no location".formatted(model),
					"Set %s to the file of the model, or model-serving.repository to a directory that has a directory \"%s\"."
						.formatted(ModelServingProperties.pathOf(model).child("location").name(), model),
					false, null);
		}
		return this.locations.resolve(model, repository + (repository.endsWith("/") ? "" : "/") + model,
				settings.versionPolicy());
	}

}
