package io.modelserving.model;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Where a model comes from. Thread-safe.
 */
public interface ModelSource {

	/**
	 * Make the model available as a file.
	 * @return the file, to be closed when the model has been loaded
	 * @throws IOException if the file cannot be read
	 * @throws ModelLoadException if there is none
	 */
	LocalFile open() throws IOException;

	/**
	 * Return where the model comes from, as the user configured it.
	 * @return for instance {@code classpath:models/digits.onnx}
	 */
	String description();

	/**
	 * A file on disk, kept until it is closed.
	 */
	interface LocalFile extends AutoCloseable {

		Path path();

		/**
		 * Remove what was made only to load the model.
		 */
		@Override
		void close();

	}

}
