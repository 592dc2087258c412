package io.modelserving.autoconfigure;

import io.modelserving.serving.ModelDefinition;

/**
 * Changes what has been configured of a model before it is served. Beans of this type are
 * called in their order, once for each version.
 */
@FunctionalInterface
public interface ModelDefinitionCustomizer {

	/**
	 * Change a definition.
	 * @param definition what has been configured
	 * @return what is to be served instead, under the same name and version
	 */
	ModelDefinition customize(ModelDefinition definition);

}
