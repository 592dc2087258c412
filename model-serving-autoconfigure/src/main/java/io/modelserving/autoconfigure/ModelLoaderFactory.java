package io.modelserving.autoconfigure;

import io.modelserving.model.ModelLoader;

/**
 * Makes the loader of a model. Absent where there is no runtime on the class path.
 */
@FunctionalInterface
interface ModelLoaderFactory {

	ModelLoader loaderFor(RuntimeProperties runtime);

}
