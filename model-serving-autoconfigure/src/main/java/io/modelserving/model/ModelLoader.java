package io.modelserving.model;

import java.nio.file.Path;

/**
 * Turns a file into a model that runs.
 */
@FunctionalInterface
public interface ModelLoader {

	/**
	 * Load a model.
	 * @param file the file of the model; further files that it refers to lie beside it
	 * @param resources what the model may use
	 * @return the model, which the caller closes
	 * @throws ModelLoadException if the file is missing or is no model that can run here
	 */
	Model load(Path file, ExecutionResources resources);

	/**
	 * Return whether models are meant to run on an accelerator, so that the threads of a
	 * session matter little.
	 * @return {@code false} if they run on the cores of the processor
	 */
	default boolean usesAccelerator() {
		return false;
	}

}
