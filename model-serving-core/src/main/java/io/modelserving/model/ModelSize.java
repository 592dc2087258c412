package io.modelserving.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The size of a model.
 */
public final class ModelSize {

	private ModelSize() {
	}

	/**
	 * Return the size of a model: its file, and files beside it that have its name and an
	 * ending more, as exporters name external data.
	 * @param file the file of the model
	 * @return the number of bytes, 0 if the file cannot be read
	 */
	public static long of(Path file) {
		String stem = file.getFileName().toString().replaceFirst("\\.onnx$", "");
		long size = 0;
		try (DirectoryStream<Path> files = Files.newDirectoryStream(file.toAbsolutePath().getParent(),
				(other) -> other.getFileName().toString().startsWith(stem + ".")
						|| other.getFileName().toString().startsWith(stem + "_data"))) {
			for (Path part : files) {
				size += Files.isRegularFile(part) ? Files.size(part) : 0;
			}
		}
		catch (IOException | UncheckedIOException ex) {
			// the load says what is wrong with the files
		}
		return size;
	}

}
