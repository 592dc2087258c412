package io.modelserving.serving;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;

/**
 * The models that this application can load, and those that it has loaded. Thread-safe.
 * Loads and unloads of one model happen one after the other, in the order in which they
 * were asked for.
 */
public interface ModelRepository {

	/**
	 * Return what there is.
	 * @param onlyReady whether to leave out what takes no calls now
	 * @return one entry for each version that is loaded or was to be, and one for each
	 * model that is not loaded, by name and version
	 */
	List<IndexEntry> index(boolean onlyReady);

	/**
	 * Load a model, or load it again, as it is in the repository now. What serves goes on
	 * serving until what takes its place is ready.
	 * @param model the name of the model
	 * @param overrides what shall differ from the repository, until the next load
	 * @return the state that each version ended in, {@code READY} or {@code FAILED};
	 * fails with {@code ModelNotFound} if there is no such model, with
	 * {@code InvalidInput} if an override is not known, makes no sense, or exceeds a
	 * limit, and with {@link RepositoryReadOnlyException} if the application does not
	 * allow it
	 */
	CompletableFuture<List<ModelStatus>> load(String model, LoadOverrides overrides);

	/**
	 * Unload all versions of a model; what they have accepted is finished.
	 * @param model the name of the model
	 * @return completes when the memory is free; fails with {@code ModelNotFound} if
	 * there is no such model, and with {@link RepositoryReadOnlyException} if the
	 * application does not allow it
	 */
	CompletableFuture<Void> unload(String model);

	/**
	 * A version of a model, or a model that is not loaded.
	 *
	 * @param name the name of the model
	 * @param version the version, or {@code null} if the model is not loaded
	 * @param state the state, or {@code null} if the model is not loaded
	 * @param reason why, empty where the state says all
	 */
	record IndexEntry(String name, @Nullable Long version, @Nullable ModelState state, String reason) {
	}

	/**
	 * What shall differ from the repository.
	 *
	 * @param config settings by the names that Triton's {@code ModelConfig} has, with the
	 * values of JSON: maps, lists, strings, numbers, booleans
	 * @param files content of files by their path in the model's directory, such as
	 * {@code 1/model.onnx}; where there are any, they take the place of all its versions
	 */
	record LoadOverrides(Map<String, Object> config, Map<String, byte[]> files) {

		/** The model as it is in the repository. */
		public static final LoadOverrides NONE = new LoadOverrides(Map.of(), Map.of());

		public LoadOverrides {
			config = Collections.unmodifiableMap(new LinkedHashMap<>(config));
			files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
		}

		public boolean isEmpty() {
			return this.config.isEmpty() && this.files.isEmpty();
		}

	}

}
