package io.modelserving.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

import io.modelserving.model.Quoted;

/**
 * Looks which directories of a repository are models: those with a version.
 */
final class RepositoryScan {

	private RepositoryScan() {
	}

	static RepositoryContent of(Location location, Lister lister) throws IOException {
		SortedMap<String, Path> models = new TreeMap<>();
		SortedMap<String, String> passedOver = new TreeMap<>();
		for (Path model : lister.list(directory(location))) {
			String name = String.valueOf(model.getFileName());
			if (!Quoted.isPlain(name)) {
				passedOver.put(Quoted.text(name),
						"directory %s: a name of a model has no control characters".formatted(Quoted.name(name)));
			}
			else if (!name.startsWith(".")) {
				FoundVersions found = VersionDirectories.find(model);
				if (found.isEmpty()) {
					passedOver.put(name,
							String.valueOf(LocationProblems.ofModel(name)
								.noVersions(model.toString(), DirectoryNames.of(model), found.notes())
								.getMessage()));
				}
				else {
					models.put(name, model);
				}
			}
		}
		return new RepositoryContent(models, passedOver);
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

	/** Gives the directories in another that may be models. */
	interface Lister {

		List<Path> list(Path directory) throws IOException;

	}

}
