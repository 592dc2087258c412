package io.modelserving.repository.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

import io.modelserving.model.ForeignFile;
import io.modelserving.model.InvalidModelException;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.graph.ExternalData;

/**
 * The files beside a model that have its weights.
 */
final class ExternalFiles {

	private ExternalFiles() {
	}

	/**
	 * Find the files that a model refers to.
	 * @param model the file of the model
	 * @return where each has to be, by its name; all of them in the directory of the
	 * model or below it
	 * @throws ModelLoadException if a name leads out of the directory, or if the file is
	 * no whole model
	 * @throws IOException if the file cannot be read
	 */
	static SortedMap<String, Path> of(Path model) throws IOException {
		SortedMap<String, Path> files = new TreeMap<>();
		for (String name : names(model)) {
			files.put(name, RelativeNames.beside(model, name)
				.orElseThrow(() -> new InvalidModelException(
						"%s refers to external data \"%s\", which is outside of its directory".formatted(model, name),
						"Export the model with its weights in a file beside it.", false, null)));
		}
		return files;
	}

	private static Iterable<String> names(Path model) throws IOException {
		try {
			return ExternalData.locations(model);
		}
		catch (IllegalArgumentException ex) {
			throw ForeignFile.failure(model, String.valueOf(ex.getMessage()), ex);
		}
	}

	/**
	 * Check that all files that a model refers to exist.
	 * @param model the file of the model
	 * @throws ModelLoadException if one is not
	 * @throws IOException if the model cannot be read
	 */
	static void check(Path model) throws IOException {
		for (var file : of(model).entrySet()) {
			if (!Files.isRegularFile(file.getValue())) {
				throw new InvalidModelException(
						"%s refers to external data \"%s\", which is not there".formatted(model, file.getKey()),
						"Put the files with the weights beside the model, under the names that they had at its export.",
						true, null);
			}
		}
	}

}
