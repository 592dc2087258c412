package io.modelserving.openinference;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;
import io.modelserving.model.Quoted;
import io.modelserving.serving.ModelRepository;
import io.modelserving.serving.ModelRepository.LoadOverrides;
import io.modelserving.serving.RepositoryReadOnlyException;

/**
 * The repository, as far as callers of the protocol may use it. Thread-safe.
 */
public final class RepositoryControl {

	/** Allows callers to load and unload. */
	public static final String PROPERTY = "model-serving.open-inference.allow-repository-control";

	private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

	private final ModelRepository repository;

	private final boolean allowed;

	/**
	 * Create the control.
	 * @param repository the repository
	 * @param allowed whether callers may load and unload
	 */
	public RepositoryControl(ModelRepository repository, boolean allowed) {
		this.repository = repository;
		this.allowed = allowed;
	}

	public boolean isAllowed() {
		return this.allowed;
	}

	/**
	 * Return what there is.
	 * @param onlyReady whether to leave out what takes no calls now
	 * @return the entries, by name and version
	 */
	public List<RepositoryIndexDescription> index(boolean onlyReady) {
		return this.repository.index(onlyReady).stream().map(RepositoryIndexDescription::of).toList();
	}

	/**
	 * Load a model, or load it again.
	 * @param model the name of the model
	 * @param parameters {@code config}, a text in JSON, and {@code file:<path>}, the
	 * bytes of a file or their text in Base64; others are ignored
	 * @return completes when the model is ready. Fails with
	 * {@link RepositoryReadOnlyException} if that is not allowed, with
	 * {@link InvalidInput} if a parameter makes no sense or a file that came with the
	 * request is no model that can be loaded, with {@code ModelNotFound} if there is no
	 * such model, and with {@link ModelUnavailable} if loading fails for another reason
	 */
	public CompletableFuture<Void> load(String model, Map<String, Object> parameters) {
		try {
			requireAllowed();
			LoadOverrides overrides = LoadParameters.read(parameters);
			boolean files = !overrides.files().isEmpty();
			return this.repository.load(model, overrides).thenAccept((versions) -> check(versions, files));
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	/**
	 * A version that is ready for a reason is the old one, which serves on since the new
	 * one failed. What is wrong with files is the mistake of the caller who has sent
	 * them; what is wrong with the environment is not.
	 */
	private static void check(List<ModelStatus> versions, boolean files) {
		for (ModelStatus status : versions) {
			if (status.state() != ModelState.READY || !status.reason().isBlank()) {
				String message = "model %s version %d could not be loaded: %s"
					.formatted(Quoted.name(status.key().name()), status.key().version(), status.publicReason());
				throw (files && status.invalidModel()) ? new InvalidInput(message)
						: new ModelUnavailable(message, RETRY_AFTER);
			}
		}
	}

	/**
	 * Unload all versions of a model.
	 * @param model the name of the model
	 * @return completes when their memory is free. Fails with
	 * {@link RepositoryReadOnlyException} if that is not allowed, and with
	 * {@code ModelNotFound} if there is no such model
	 */
	public CompletableFuture<Void> unload(String model) {
		try {
			requireAllowed();
			return this.repository.unload(model);
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	/**
	 * Require that callers may load and unload.
	 * @throws RepositoryReadOnlyException if they may not
	 */
	public void requireAllowed() {
		if (!this.allowed) {
			throw new RepositoryReadOnlyException(
					"models may not be loaded or unloaded by callers; %s=true allows it".formatted(PROPERTY));
		}
	}

}
