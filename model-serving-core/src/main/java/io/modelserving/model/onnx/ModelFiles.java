package io.modelserving.model.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.modelserving.model.ForeignFile;
import io.modelserving.model.InvalidModelException;
import io.modelserving.model.ModelLoadException;

/**
 * Checks of files before the runtime sees them.
 */
final class ModelFiles {

	private ModelFiles() {
	}

	/**
	 * Check that a file can be a model.
	 * @param file the file
	 * @throws ModelLoadException if it is missing, a directory, not readable, or empty,
	 * or if a file beside it that it refers to is only a pointer
	 */
	static void check(Path file) {
		if (Files.notExists(file)) {
			throw failure(file, "does not exist", "Correct the location of the model, or put the file there.", true);
		}
		if (Files.isDirectory(file)) {
			throw failure(file, "is a directory", "Name the .onnx file in it.", false);
		}
		if (!Files.isReadable(file)) {
			throw failure(file, "cannot be read", "Let the user that runs the application read the file.", true);
		}
		if (size(file) == 0) {
			throw new InvalidModelException("%s is empty".formatted(file),
					"Copy the model again; the copy was broken off or is still under way.", true, null);
		}
		Path pointer = ForeignFile.pointerBeside(file);
		if (pointer != null) {
			throw new InvalidModelException(
					"%s refers to %s, which is a pointer of Git LFS, not the file itself".formatted(file, pointer),
					"Run \"git lfs pull\" where the files come from, and copy them again.", false, null);
		}
	}

	private static long size(Path file) {
		try {
			return Files.size(file);
		}
		catch (IOException ex) {
			throw new ModelLoadException("%s cannot be read: %s".formatted(file, ex.getMessage()),
					"Let the user that runs the application read the file.", true, ex);
		}
	}

	private static ModelLoadException failure(Path file, String what, String action, boolean retryable) {
		return new ModelLoadException("%s %s".formatted(file, what), action, retryable, null);
	}

}
