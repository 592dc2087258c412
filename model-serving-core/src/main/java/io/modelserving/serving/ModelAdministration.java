package io.modelserving.serving;

import java.util.concurrent.CompletableFuture;

import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelStatus;
import io.modelserving.serving.traffic.Traffic;

/**
 * Changes which models are served and how. {@link ModelRegistry} reads them. Thread-safe.
 */
public interface ModelAdministration {

	/**
	 * Load and warm up a model. If the version is already known, the old one goes on
	 * serving until the new one is ready, then what it has accepted is finished and its
	 * memory freed; if the new one fails, the old one stays. Retries of an earlier load
	 * of the version are cancelled. Traffic that differs from that of the definition
	 * before replaces the traffic of the model.
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
	 * Finish what a version has accepted, free its memory and forget it; with the last
	 * version of a model, its traffic is forgotten.
	 * @param key the model and version
	 * @return the status {@code UNLOADED}, with a reason if a run has not ended in time,
	 * so that not all of the memory is free; fails with {@code ModelNotFound} if the
	 * version is not known
	 */
	CompletableFuture<ModelStatus> unload(ModelKey key);

	/**
	 * Set which version of a model gets the calls that name none, from now on. Versions
	 * that were taken back may get traffic again.
	 * @param model the name of the model
	 * @param traffic replaces all that was set before
	 * @throws io.modelserving.model.InferenceException.ModelNotFound if the model is not
	 * known
	 * @throws IllegalArgumentException if a version is named that is not known
	 */
	void route(String model, Traffic traffic);

	/**
	 * Have a version take calls again.
	 * @param key the model and version
	 * @throws io.modelserving.model.InferenceException.ModelNotFound if it is not known
	 */
	void enable(ModelKey key);

	/**
	 * Have a version reject calls and get no traffic. It stays loaded, and finishes what
	 * it has accepted.
	 * @param key the model and version
	 * @throws io.modelserving.model.InferenceException.ModelNotFound if it is not known
	 */
	void disable(ModelKey key);

	/**
	 * Run more or fewer batches at once. Calls go on meanwhile, and none fails of it. The
	 * number stays until the model is loaded with other instance settings.
	 * @param key the model and version
	 * @param instancesPerDevice the number of instances on each of its devices, at least
	 * 1
	 * @return the status once as many instances take calls; fails with
	 * {@code ModelNotFound} if the version is not known, {@code ModelUnavailable} if it
	 * does not serve, {@code IllegalArgumentException} if the number is out of its
	 * bounds, {@code ModelLoadException} if a further instance cannot be loaded, in which
	 * case nothing changes
	 */
	CompletableFuture<ModelStatus> scale(ModelKey key, int instancesPerDevice);

	/**
	 * Batch by other limits from now on. They stay until the model is loaded with other
	 * batching settings.
	 * @param key the model and version
	 * @param limits the limits
	 * @throws io.modelserving.model.InferenceException.ModelNotFound if the version is
	 * not known
	 * @throws io.modelserving.model.InferenceException.ModelUnavailable if it does not
	 * serve
	 * @throws IllegalArgumentException if its calls cannot share batches and the limits
	 * say that they shall; the message says why
	 */
	void limit(ModelKey key, BatchingLimits limits);

	/**
	 * Drop the results that are kept of a version. Where they are in a cache of the
	 * application, all that is in it is dropped.
	 * @param key the model and version
	 * @throws io.modelserving.model.InferenceException.ModelNotFound if the version is
	 * not known
	 * @throws io.modelserving.model.InferenceException.ModelUnavailable if it does not
	 * serve
	 * @throws IllegalArgumentException if no results of it are kept; the message says why
	 */
	default void clearCache(ModelKey key) {
		throw new IllegalArgumentException("no results of model %s are kept".formatted(key));
	}

}
