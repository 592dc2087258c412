package io.modelserving.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

import io.modelserving.model.ModelLoadException;

import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.io.support.ResourcePatternResolver;

/**
 * Finds models where the configuration says they are. A location is a path or a location
 * of Spring's resources, such as {@code file:/models/digits} or
 * {@code classpath:models/digits.onnx}. Thread-safe.
 */
public final class ModelLocations {

	private final ResourcePatternResolver resources;

	public ModelLocations(ResourceLoader resourceLoader) {
		this.resources = new PathMatchingResourcePatternResolver(resourceLoader);
	}

	/**
	 * Find the versions of a model.
	 * @param modelName the model
	 * @param location a file, which is version 1, or a directory that has a directory for
	 * each version, named by its number, with a {@code model.onnx} in it. What lies in an
	 * archive is copied to a temporary file whenever it is opened
	 * @param versions which versions to select
	 * @return the versions
	 * @throws ModelLoadException if there is nothing at the location, or not the versions
	 * wanted, or if it cannot be read from there
	 */
	public ModelVersions resolve(String modelName, String location, VersionPolicy versions) {
		LocationProblems problems = LocationProblems.ofModel(modelName);
		try {
			Location where = Location.of(location, this.resources, problems);
			FoundVersions found = where.isOnDisk() ? findOnDisk(where) : findInArchive(where);
			return found.select(location, versions, problems);
		}
		catch (IOException ex) {
			throw problems.unreadable(location, ex);
		}
	}

	private static FoundVersions findOnDisk(Location location) throws IOException {
		Path path = location.path();
		if (!Files.exists(path)) {
			throw location.problems().missing(location.text(), path);
		}
		if (!Files.isDirectory(path)) {
			return FoundVersions.ofFile(new FileModelSource(path, location.text()));
		}
		FoundVersions found = VersionDirectories.find(path);
		if (found.isEmpty()) {
			throw location.problems().noVersions(location.text(), DirectoryNames.of(path), found.notes());
		}
		return found;
	}

	private FoundVersions findInArchive(Location location) throws IOException {
		FoundVersions found = VersionDirectories.find(this.resources, location.text());
		if (!found.isEmpty()) {
			return found;
		}
		if (!found.notes().isEmpty()) {
			throw location.problems().noVersions(location.text(), List.of(), found.notes());
		}
		Resource resource = location.resource();
		if (resource == null || !resource.isReadable()) {
			throw location.problems().missing(location.text(), this.resources);
		}
		return FoundVersions.ofFile(new CopiedModelSource(resource, location.text()));
	}

	/**
	 * Find all models of a repository.
	 * @param location a directory on disk that has a directory for each model, which has
	 * versions as in {@link #resolve}
	 * @param versions which versions of each model to select
	 * @return the models; a directory without the versions wanted is passed over with a
	 * note
	 * @throws ModelLoadException if the location is no directory or cannot be read
	 */
	public RepositoryContent scan(String location, VersionPolicy versions) {
		LocationProblems problems = LocationProblems.ofRepository();
		try {
			Path directory = directory(Location.of(location, this.resources, problems));
			SortedMap<String, ModelVersions> models = new TreeMap<>();
			List<String> notes = new ArrayList<>();
			for (Path model : VersionDirectories.directories(directory)) {
				scan(model, versions, models, notes);
			}
			return new RepositoryContent(models, notes);
		}
		catch (IOException ex) {
			throw problems.unreadable(location, ex);
		}
	}

	private static Path directory(Location location) throws IOException {
		if (!location.isOnDisk()) {
			throw location.problems().unsupported(location.text(), "is no directory on disk");
		}
		Path directory = location.path();
		if (!Files.exists(directory)) {
			throw location.problems().missing(location.text(), directory);
		}
		if (!Files.isDirectory(directory)) {
			throw location.problems().unsupported(location.text(), "is a file, not a directory of models");
		}
		return directory;
	}

	private static void scan(Path directory, VersionPolicy policy, SortedMap<String, ModelVersions> models,
			List<String> notes) throws IOException {
		String name = directory.getFileName().toString();
		if (name.startsWith(".")) {
			return;
		}
		FoundVersions found = VersionDirectories.find(directory);
		LocationProblems problems = LocationProblems.ofModel(name);
		try {
			if (found.isEmpty()) {
				throw problems.noVersions(directory.toString(), DirectoryNames.of(directory), found.notes());
			}
			models.put(name, found.select(directory.toString(), policy, problems));
		}
		catch (ModelLoadException ex) {
			notes.add(ex.getMessage() + "; it is passed over");
		}
	}

}
