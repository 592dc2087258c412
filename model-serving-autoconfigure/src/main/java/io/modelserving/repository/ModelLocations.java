package io.modelserving.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.modelserving.model.ModelLoadException;
import io.modelserving.repository.cache.Checkout;
import io.modelserving.repository.cache.Downloader;
import io.modelserving.repository.cache.Uris;
import io.modelserving.repository.source.CopiedModelSource;
import io.modelserving.repository.source.FileModelSource;
import io.modelserving.repository.source.RelativeNames;
import io.modelserving.repository.source.ResourceOrigin;
import io.modelserving.repository.source.Revisions;
import io.modelserving.repository.source.SourceKind;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.Resource;
import org.springframework.core.io.support.ResourcePatternResolver;

/**
 * Finds models where the configuration says they are. A location is a path or a location
 * of Spring's resources, such as {@code file:/models/digits} or
 * {@code classpath:models/digits.onnx}, or one of the {@linkplain SourceKind kinds} that
 * are not on this machine. Thread-safe.
 */
public final class ModelLocations {

	private static final String VERSION = "{version}";

	/** The revisions of remote models that were opened last, by model and version. */
	private final Revisions revisions = new Revisions();

	private final ResourcePatternResolver resources;

	private final List<SourceKind> kinds;

	private final Downloader downloads;

	/**
	 * Create the finder.
	 * @param resources finds what is on disk, on the class path, or where other loaders
	 * of Spring find it
	 * @param kinds locations that are not on this machine; the first that matches counts
	 * @param downloads keeps what is fetched
	 */
	public ModelLocations(ResourcePatternResolver resources, List<SourceKind> kinds, Downloader downloads) {
		this.resources = resources;
		this.kinds = List.copyOf(kinds);
		this.downloads = downloads;
	}

	/**
	 * Find the versions of a model.
	 * @param modelName the model
	 * @param location a file, which is version 1, or a directory that has a directory for
	 * each version, named by its number, with a {@code model.onnx} in it, or a directory
	 * on disk that has that file itself, which is version 1, or a location that is not on
	 * disk, with <code>{version}</code> in the place of the version or without. What is
	 * not on disk is fetched whenever it is opened
	 * @param versions which versions to select
	 * @return the versions, at least one of them
	 * @throws ModelLoadException if there is nothing at the location, or none of the
	 * versions wanted, or if it cannot be read from there
	 */
	public ModelVersions resolve(String modelName, String location, VersionPolicy versions) {
		LocationProblems problems = LocationProblems.ofModel(modelName);
		Optional<SourceKind> kind = kind(location);
		try {
			FoundVersions found;
			if (kind.isPresent()) {
				found = findRemote(modelName, location, versions, kind.get(), problems);
			}
			else {
				Location where = Location.of(location, this.resources, problems);
				found = where.isOnDisk() ? findOnDisk(where) : findInArchive(where);
			}
			return found.select(location, versions, problems);
		}
		catch (IllegalArgumentException ex) {
			throw problems.unsupported(Uris.describe(location), String.valueOf(ex.getMessage()));
		}
		catch (IOException ex) {
			throw problems.unreadable(Uris.describe(location), ex);
		}
	}

	private Optional<SourceKind> kind(String location) {
		return this.kinds.stream().filter((kind) -> kind.matches(location)).findFirst();
	}

	private FoundVersions findRemote(String model, String location, VersionPolicy policy, SourceKind kind,
			LocationProblems problems) throws IOException {
		FoundVersions found = new FoundVersions();
		if (location.contains(VERSION)) {
			if (!(policy instanceof VersionPolicy.Specific specific)) {
				throw problems.unlistable(location);
			}
			specific.versions()
				.forEach((version) -> found.add(version,
						remote(model, version, location.replace(VERSION, Long.toString(version)), kind)));
			return found;
		}
		Map<Long, String> listed = kind.list(location);
		(listed.isEmpty() ? Map.of(1L, location) : listed)
			.forEach((version, file) -> found.add(version, remote(model, version, file, kind)));
		return found;
	}

	private CopiedModelSource remote(String model, long version, String location, SourceKind kind) {
		return new CopiedModelSource(kind.source(location), Uris.describe(location), this.downloads::checkout,
				model + "/" + version, this.revisions);
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
			Optional<Path> flat = VersionDirectories.model(path);
			if (flat.isPresent()) {
				return FoundVersions.ofFile(new FileModelSource(flat.get(), flat.get().toString()));
			}
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
		return FoundVersions.ofFile(archived(resource, location.text()));
	}

	/**
	 * Return whether a location is not on this machine.
	 * @param location the location of a model
	 * @return whether it has to be fetched
	 */
	public boolean isRemote(String location) {
		return kind(location).isPresent();
	}

	static CopiedModelSource archived(Resource resource, String description) {
		return new CopiedModelSource(new ResourceOrigin(resource), description, (owner) -> Checkout.temporary(), "",
				new Revisions());
	}

	/**
	 * Return where a model is on disk.
	 * @param location the location of the model
	 * @return its file or directory, or {@code null} if it is somewhere else
	 */
	public @Nullable Path onDisk(String location) {
		if (kind(location).isPresent()) {
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
