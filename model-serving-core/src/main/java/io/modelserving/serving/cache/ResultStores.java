package io.modelserving.serving.cache;

import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelLoadException;

/**
 * Opens stores of results. Thread-safe.
 */
public interface ResultStores {

	/** Where nothing can be kept. */
	ResultStores NONE = (model, settings, fingerprint, listener) -> {
		throw new ModelLoadException("there is no place to keep results in (cache.enabled)",
				"Add com.github.ben-manes.caffeine:caffeine to the application or define a CacheManager, or set the property cache.enabled to false.",
				false, null);
	};

	/**
	 * Open the store of what is loaded as a version of a model.
	 * @param model the model and version
	 * @param settings how results are kept
	 * @param fingerprint stands for the content of the model's files, empty unless the
	 * results are shared
	 * @param listener is notified of what the store does by itself
	 * @return the store
	 * @throws ModelLoadException if there is none by these settings
	 */
	ResultStore open(ModelKey model, CacheSettings settings, String fingerprint, CacheListener listener);

	/**
	 * Return whether results outlive what gave them, or are read by other processes, so
	 * that they have to be told apart by a fingerprint of the model.
	 * @param settings how results are kept
	 * @return {@code true} if they are shared
	 */
	default boolean isShared(CacheSettings settings) {
		return false;
	}

}
