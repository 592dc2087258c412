package io.modelserving.repository;

import java.util.Map;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelLoadException;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.ModelRepository.LoadOverrides;

/**
 * Knows which models could be loaded, and how. Looks at the disk whenever it is asked.
 * Thread-safe.
 */
public interface ModelCatalog {

	/**
	 * Return the models that exist now.
	 * @return why each cannot be loaded, by the name of the model; empty where nothing is
	 * known to prevent it
	 */
	Map<String, String> models();

	/**
	 * Return how to load a model now.
	 * @param model its name
	 * @param overrides what shall differ from what lies there
	 * @return its versions
	 * @throws ModelNotFound if there is no such model
	 * @throws InvalidInput if the overrides make no sense, or are not allowed
	 * @throws ModelLoadException if nothing of it can be loaded
	 */
	FoundModel find(String model, LoadOverrides overrides);

	/**
	 * Return a definition that fails to load.
	 * @param key the version that is not available
	 * @param problem why
	 * @return the definition
	 */
	ModelDefinition failing(ModelKey key, ModelLoadException problem);

}
