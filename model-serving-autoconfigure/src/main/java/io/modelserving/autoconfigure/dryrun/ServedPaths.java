package io.modelserving.autoconfigure.dryrun;

import java.util.List;

/**
 * Ways to call a model.
 */
interface ServedPaths {

	/**
	 * Return how a model is called.
	 * @param model the name of the model
	 * @return for instance {@code POST /digits}
	 */
	List<String> of(String model);

	/**
	 * Return why a model cannot be called in some of these ways, though it is ready.
	 * @param model the name of the model
	 * @return a sentence for each
	 */
	default List<String> obstacles(String model) {
		return List.of();
	}

}
