package io.modelserving.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.modelserving.model.ModelLoadException;
import io.modelserving.repository.http.Downloader;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.io.support.ResourcePatternResolver;

/**
 * Finds models where the configuration says they are. A location is a path or a location
 * of Spring's resources, such as {@code file:/models/digits} or
 * {@code classpath:models/digits.onnx}, or the address of a file on a web server.
 * Thread-safe.
 */
public final class ModelLocations {

	private final ResourcePatternResolver resources;

	private final Downloader downloads;

	/**
	 * Create the finder.
	 * @param resourceLoader finds what is on disk or on the class path
	 * @param downloads gets what is on a web server
	 */
	public ModelLocations(ResourceLoader resourceLoader, Downloader downloads) {
		this.resources = new PathMatchingResourcePatternResolver(resourceLoader);
		this.downloads = downloads;
	}

	/**
	 * Find the versions of a model.
	 * @param modelName the model
	 * @param location a file, which is version 1, or a directory that has a directory for
	 * each version, named by its number, with a {@code model.onnx} in it. What lies in an
	 * archive is copied to a temporary file whenever it is opened
	 * @param versions which versions to select
	 * @return the versions, at least one of them
	 * @throws ModelLoadException if there is nothing at the location, or none of the
	 * versions wanted, or if it cannot be read from there
	 */
	public ModelVersions resolve(String modelName, String location, VersionPolicy versions) {
		LocationProblems problems = LocationProblems.ofModel(modelName);
		if (WebLocation.matches(location)) {
			return WebLocation.find(location, versions, this.downloads, problems).select(location, versions, problems);
		}
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
		return FoundVersions.ofFile(new CopiedModelSource(new ResourceOrigin(resource), location.text()));
	}

	/**
	 * Return where a model is on disk.
	 * @param location the location of the model
	 * @return its file or directory, or {@code null} if it is somewhere else
	 */
	public @Nullable Path onDisk(String location) {
		if (WebLocation.matches(location)) {
			return null;
		}
		try {
			Location where = Location.of(location, this.resources, LocationProblems.ofRepository());
			return where.isOnDisk() ? where.path() : null;
		}
		catch (IOException | ModelLoadException ex) {
			return null;
		}
	}

	/**
	 * Find all models of a repository.
	 * @param location a directory on disk that has a directory for each model, which has
	 * versions as in {@link #resolve}
	 * @return the directories; those without a version, and those that begin with a dot,
	 * are not models
	 * @throws ModelLoadException if the location is no directory or cannot be read
	 */
	public RepositoryContent scan(String location) {
		return scan(location, VersionDirectories::directories);
	}

	/**
	 * Find one model of a repository.
	 * @param location as for {@link #scan(String)}
	 * @param model the name of the model
	 * @return its directory, if there is one
	 * @throws ModelLoadException if the location is no directory or cannot be read
	 */
	public RepositoryContent scan(String location, String model) {
		return scan(location,
				(directory) -> RelativeNames.resolve(directory, model)
					.filter((path) -> model.equals(String.valueOf(path.getFileName())) && Files.isDirectory(path))
					.stream()
					.toList());
	}

	private RepositoryContent scan(String location, VersionDirectories.Lister lister) {
		LocationProblems problems = LocationProblems.ofRepository();
		try {
			return RepositoryScan.of(Location.of(location, this.resources, problems), lister);
		}
		catch (IOException ex) {
			throw problems.unreadable(location, ex);
		}
	}

}
