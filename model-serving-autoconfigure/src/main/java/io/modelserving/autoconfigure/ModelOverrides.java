package io.modelserving.autoconfigure;

import java.io.IOException;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.Quoted;
import io.modelserving.repository.OverrideFiles;
import io.modelserving.serving.ModelRepository.LoadOverrides;
import io.modelserving.serving.RepositoryReadOnlyException;

/**
 * Applies the settings of a request to load a model, as far as the application allows it.
 */
final class ModelOverrides {

	/** More instances than that for each core only get in each other's way. */
	private static final int MAX_INSTANCES_PER_CORE = 4;

	private final RepositoryControlProperties allowed;

	private final OverrideFiles files;

	ModelOverrides(RepositoryControlProperties allowed, OverrideFiles files) {
		this.allowed = allowed;
		this.files = files;
	}

	/**
	 * Check that a request may bring what it brings.
	 * @param overrides what it brings
	 * @throws RepositoryReadOnlyException if it may not
	 */
	void checkAllowed(LoadOverrides overrides) {
		if (!overrides.config().isEmpty() && !this.allowed.allowConfigOverrides()) {
			throw notAllowed("settings", "allow-config-overrides");
		}
		if (!overrides.files().isEmpty() && !this.allowed.allowFileOverrides()) {
			throw notAllowed("files", "allow-file-overrides");
		}
	}

	private static RepositoryReadOnlyException notAllowed(String what, String key) {
		return new RepositoryReadOnlyException("a request to load a model must not bring %s; the property %s is false"
			.formatted(what, ModelServingProperties.PATH.child("repository-control").child(key).name()));
	}

	/**
	 * Put the settings of a request over those of a model.
	 * @param model the model
	 * @param overrides what the request brings
	 * @param settings the settings of the model
	 * @return both together
	 * @throws InvalidInput if a setting is not known, or its value makes no sense
	 */
	ModelProperties apply(String model, LoadOverrides overrides, ModelProperties settings) {
		int cores = Runtime.getRuntime().availableProcessors();
		return ConfigOverrides.of(model, overrides.config(), MAX_INSTANCES_PER_CORE * cores).over(settings);
	}

	/**
	 * Store the files of a request.
	 * @param model the model
	 * @param overrides what the request brings
	 * @return the directory of the model, or {@code null} if there are no files
	 * @throws InvalidInput if a name of a file or of the model is none, or if the files
	 * are too large
	 */
	@Nullable Path store(String model, LoadOverrides overrides) {
		if (overrides.files().isEmpty()) {
			return null;
		}
		try {
			new ModelKey(model, 1);
			if (!Quoted.isPlain(model)) {
				throw new InvalidInput("model %s: a name has no control characters".formatted(Quoted.name(model)));
			}
			return this.files.store(model, overrides.files());
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidInput(String.valueOf(ex.getMessage()), ex);
		}
		catch (IOException ex) {
			throw new ModelLoadException("the files of model %s cannot be stored: %s".formatted(Quoted.name(model), ex),
					"Make room in the directory for temporary files.", true, ex);
		}
	}

}
