package io.modelserving.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

import io.modelserving.model.Quoted;

/**
 * Finds the directories of a repository that are models: those with a version. One that
 * cannot be read, such as {@code lost+found}, is no reason not to serve the others.
 */
final class RepositoryScan {

	private RepositoryScan() {
	}

	static RepositoryContent of(Location location, VersionDirectories.Lister lister) throws IOException {
		SortedMap<String, Path> models = new TreeMap<>();
		SortedMap<String, String> passedOver = new TreeMap<>();
		SortedMap<String, Path> unreadable = new TreeMap<>();
		for (Path model : lister.list(directory(location))) {
			String name = String.valueOf(model.getFileName());
			if (!Quoted.isPlain(name)) {
				passedOver.put(Quoted.text(name),
						"directory %s: a name of a model has no control characters".formatted(Quoted.name(name)));
			}
			else if (!name.startsWith(".")) {
				LocationProblems problems = LocationProblems.ofModel(name);
				try {
					FoundVersions found = VersionDirectories.find(model);
					if (found.isEmpty()) {
						passedOver.put(name, noVersions(model, found, problems));
					}
					else {
						models.put(name, model);
					}
				}
				catch (IOException ex) {
					passedOver.put(name, problems.unreadable(model.toString(), ex).getMessage());
					unreadable.put(name, model);
				}
			}
		}
		return new RepositoryContent(models, passedOver, unreadable);
	}

	private static String noVersions(Path model, FoundVersions found, LocationProblems problems) {
		return String
			.valueOf(problems.noVersions(model.toString(), DirectoryNames.of(model), found.notes()).getMessage());
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

}
