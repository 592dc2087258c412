package io.modelserving.autoconfigure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.ModelLoadException;
import io.modelserving.repository.ModelLocations;
import io.modelserving.repository.ModelVersions;
import io.modelserving.repository.RepositoryContent;

/**
 * Finds the files of models: at their own locations, or in the repositories. Looks there
 * whenever it is asked. Thread-safe.
 */
final class ModelFiles {

	private static final Logger logger = LoggerFactory.getLogger(ModelFiles.class);

	private final ModelServingProperties properties;

	private final ModelLocations locations;

	ModelFiles(ModelServingProperties properties, ModelLocations locations) {
		this.properties = properties;
		this.locations = locations;
	}

	/**
	 * Return what is in the repositories now.
	 * @return the models; the first repository that has one wins
	 * @throws ModelLoadException if there is no repository where it should be
	 */
	RepositoryContent inRepository() {
		return this.properties.repository()
			.stream()
			.map(this.locations::scan)
			.reduce(RepositoryContent::and)
			.orElse(RepositoryContent.EMPTY);
	}

	private RepositoryContent inRepository(String model) {
		return this.properties.repository()
			.stream()
			.map((repository) -> this.locations.scan(repository, model))
			.reduce(RepositoryContent::and)
			.orElse(RepositoryContent.EMPTY);
	}

	/**
	 * Return where the models are that are on disk.
	 * @return the directory, or the file, of each, by its name, also directories of the
	 * repositories that cannot be read
	 * @throws ModelLoadException if there is no repository where it should be
	 */
	Map<String, Path> onDisk() {
		RepositoryContent content = inRepository();
		Map<String, Path> places = new TreeMap<>(content.unreadable());
		places.putAll(content.models());
		this.properties.models().forEach((name, own) -> {
			Path place = (own.location() != null) ? this.locations.onDisk(own.location()) : null;
			if (place != null) {
				places.put(name, place);
			}
		});
		return places;
	}

	/**
	 * Return the models that are not on this machine.
	 * @return the versions of each that exist now; what cannot be listed is left out
	 */
	Map<String, ModelVersions> remote() {
		Map<String, ModelVersions> versions = new TreeMap<>();
		this.properties.models().forEach((name, own) -> {
			if (own.location() != null && this.locations.isRemote(own.location())) {
				try {
					versions.put(name, this.locations.resolve(name, own.location(),
							this.properties.settingsOf(name).versionPolicy()));
				}
				catch (ModelLoadException ex) {
					logger.debug("{} stays as it is", name, ex);
				}
			}
		});
		return versions;
	}

	/**
	 * Return the directory of a model, in which there may be settings.
	 * @param model its name
	 * @return the directory, or {@code null} if it has none
	 */
	@Nullable Path directory(String model) {
		ModelProperties own = this.properties.models().get(model);
		if (own != null && own.location() != null) {
			Path place = this.locations.onDisk(own.location());
			return (place != null && Files.isDirectory(place)) ? place : null;
		}
		return inRepository(model).models().get(model);
	}

	/**
	 * Find the versions of a model.
	 * @param model its name
	 * @param settings say which versions are wanted
	 * @return the versions
	 * @throws ModelLoadException if there are none of those wanted
	 * @throws ModelNotFound if there is no such model
	 */
	ModelVersions versions(String model, ModelProperties settings) {
		ModelProperties own = this.properties.models().get(model);
		String location = (own != null) ? own.location() : null;
		if (location != null) {
			return this.locations.resolve(model, location, settings.versionPolicy());
		}
		RepositoryContent content = inRepository(model);
		Path directory = content.models().get(model);
		if (directory != null) {
			return versions(model, directory, settings);
		}
		String problem = content.passedOver().get(model);
		if (problem == null && own == null) {
			throw new ModelNotFound("unknown model \"%s\"".formatted(model));
		}
		throw nowhere(model, problem);
	}

	/**
	 * Find the versions of a model in a directory.
	 * @param model its name
	 * @param directory the directory
	 * @param settings say which versions are wanted
	 * @return the versions
	 * @throws ModelLoadException if there are none of those wanted
	 */
	ModelVersions versions(String model, Path directory, ModelProperties settings) {
		return this.locations.resolve(model, directory.toString(), settings.versionPolicy());
	}

	private ModelLoadException nowhere(String model, @Nullable String problem) {
		if (problem != null) {
			return new ModelLoadException(problem, "Put a version such as 1/model.onnx there.", false, null);
		}
		String where = this.properties.repository().isEmpty() ? "" : " and is not in " + this.properties.repository();
		return new ModelLoadException("model \"%s\" has no location%s".formatted(model, where),
				"Set %s to the file of the model, or model-serving.repository to a directory that has a directory \"%s\"."
					.formatted(ModelServingProperties.pathOf(model).child("location").name(), model),
				false, null);
	}

}
