package io.modelserving.model;

import java.nio.file.Path;

import io.modelserving.model.graph.GraphAnalysis;

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
	 * Say what can be said of a model without running it. Whatever the file holds, this
	 * throws nothing.
	 * @param file the file of the model
	 * @return what its graph says; by default nothing
	 */
	default GraphAnalysis analyze(Path file) {
		return GraphAnalysis.unknown("models of this kind have no graph that can be read");
	}

	/**
	 * Return whether models are meant to run on an accelerator, so that the threads of a
	 * session matter little.
	 * @return {@code false} if they run on the cores of the processor
	 */
	default boolean usesAccelerator() {
		return false;
	}

}
