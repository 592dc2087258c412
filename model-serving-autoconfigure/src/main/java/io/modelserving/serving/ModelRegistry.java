package io.modelserving.serving;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelStatus;

/**
 * The models that there are, by name and version. Thread-safe; reading never blocks.
 */
public interface ModelRegistry {

	/**
	 * Return all versions of all models, also those that have failed.
	 * @return the models, by name and version
	 */
	List<ModelSnapshot> models();

	/**
	 * Return one version of a model.
	 * @param key the model and version
	 * @return the version, or empty if it is not known
	 */
	Optional<ModelSnapshot> find(ModelKey key);

	/**
	 * Return the default version of a model: the highest that is ready, or the highest if
	 * none is.
	 * @param name the name of the model
	 * @return the version, or empty if the name is not known
	 */
	Optional<ModelSnapshot> find(String name);

	/**
	 * Load and warm up a model. If the version is already known, the old one goes on
	 * serving until the new one is ready, then what it has accepted is finished and its
	 * memory freed; if the new one fails, the old one stays.
	 * @param definition what to load
	 * @return the status that the attempt ended in, {@code READY} or {@code FAILED} with
	 * the reason
	 */
	CompletableFuture<ModelStatus> load(ModelDefinition definition);

	/**
	 * Load a version again from where it came from, as {@link #load} does.
	 * @param key the model and version
	 * @return the status that the attempt ended in; fails with {@code ModelNotFound} if
	 * the version is not known
	 */
	CompletableFuture<ModelStatus> reload(ModelKey key);

	/**
	 * Finish what a version has accepted, free its memory and forget it.
	 * @param key the model and version
	 * @return completes when its memory is free; fails with {@code ModelNotFound} if the
	 * version is not known
	 */
	CompletableFuture<ModelStatus> unload(ModelKey key);

}
