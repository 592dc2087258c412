package io.modelserving.repository;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

import io.modelserving.model.Quoted;
import org.jspecify.annotations.Nullable;

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
				String problem = problem(model, LocationProblems.ofModel(name));
				if (problem == null) {
					models.put(name, model);
				}
				else {
					passedOver.put(name, problem);
				}
			}
		}
		return new RepositoryContent(models, passedOver);
	}

	/**
	 * Return why a directory is no model, or {@code null} if it is one. One that cannot
	 * be read, such as {@code lost+found}, is no reason not to serve the others.
	 */
	private static @Nullable String problem(Path model, LocationProblems problems) {
		try {
			FoundVersions found = VersionDirectories.find(model);
			return found.isEmpty()
					? problems.noVersions(model.toString(), DirectoryNames.of(model), found.notes()).getMessage()
					: null;
		}
		catch (IOException | UncheckedIOException ex) {
			return problems.unreadable(model.toString(), ex).getMessage();
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

	/** Gives the directories in another that may be models. */
	interface Lister {

		List<Path> list(Path directory) throws IOException;

	}

}
