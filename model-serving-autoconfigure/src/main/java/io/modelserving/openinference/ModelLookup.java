package io.modelserving.openinference;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelSignature;
import io.modelserving.model.ModelStatus;
import io.modelserving.model.Quoted;
import io.modelserving.serving.BatchingLimits;
import io.modelserving.serving.ModelDetails;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelSnapshot;
import org.jspecify.annotations.Nullable;

/**
 * Finds models, and says why a model is not available. Thread-safe.
 */
public final class ModelLookup {

	private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

	private final ModelRegistry registry;

	public ModelLookup(ModelRegistry registry) {
		this.registry = registry;
	}

	/**
	 * Read a version as callers write it.
	 * @param model the name of the model
	 * @param version the version or one of the model's labels, or {@code null} for
	 * whatever its traffic gives
	 * @return the version, or {@code null} for whatever its traffic gives
	 * @throws ModelNotFound if there cannot be such a version, and there is no such label
	 */
	public @Nullable Long version(String model, @Nullable String version) {
		if (version == null) {
			return null;
		}
		Optional<Long> labelled = this.registry.labelled(model, version);
		if (labelled.isPresent()) {
			return labelled.get();
		}
		try {
			return new ModelKey("any", Long.parseLong(version)).version();
		}
		catch (IllegalArgumentException ex) {
			throw notFound(model, version);
		}
	}

	/**
	 * Find a model, whatever its state.
	 * @param model the name
	 * @param version the version, or {@code null} for the default one
	 * @return the model
	 * @throws ModelNotFound if there is none; the message lists those there are
	 */
	public ModelSnapshot find(String model, @Nullable Long version) {
		if (model.isBlank() || model.indexOf('/') >= 0) {
			throw notFound(model, null);
		}
		Optional<ModelSnapshot> found = (version == null) ? this.registry.find(model)
				: this.registry.find(new ModelKey(model, version));
		return found.orElseThrow(() -> notFound(model, (version != null) ? version.toString() : null));
	}

	/**
	 * Require a model to take requests.
	 * @param model the name
	 * @param version the version, or {@code null} for the default one
	 * @throws ModelNotFound if there is none
	 * @throws ModelUnavailable if it takes no requests now
	 */
	public void requireReady(String model, @Nullable Long version) {
		requireReady(find(model, version).status());
	}

	/**
	 * Require all models that the application cannot do without to take requests.
	 * @throws ModelUnavailable if one does not
	 */
	public void requireReady() {
		List<ModelStatus> all = this.registry.models().stream().map(ModelSnapshot::status).toList();
		all.stream()
			.filter(ModelStatus::required)
			.filter((status) -> status.enabled() || !isReplaced(status, all))
			.forEach(ModelLookup::requireReady);
	}

	/** Where one version is disabled, another may serve the call. */
	private static boolean isReplaced(ModelStatus disabled, List<ModelStatus> all) {
		return all.stream()
			.anyMatch((other) -> other.key().name().equals(disabled.key().name()) && other.isAvailable());
	}

	/**
	 * Describe a model.
	 * @param model the name
	 * @param version the version, or {@code null} for the default one
	 * @return the description; of all versions that take requests unless one was asked
	 * for
	 * @throws ModelNotFound if there is none
	 * @throws ModelUnavailable if it has never been ready, so that its signature is not
	 * known
	 */
	public ModelDescription describe(String model, @Nullable Long version) {
		ModelSnapshot snapshot = find(model, version);
		ModelDetails details = snapshot.details();
		if (details == null) {
			throw unavailable(snapshot.status());
		}
		return ModelDescription.of(model, versions(snapshot.key(), version == null), details);
	}

	/**
	 * Return what a model takes and gives.
	 * @param model the name
	 * @param version the version, or {@code null} for the default one
	 * @return its signature
	 * @throws ModelNotFound if there is none
	 * @throws ModelUnavailable if it has never been ready, so that its signature is not
	 * known
	 */
	public ModelSignature signature(String model, @Nullable Long version) {
		ModelSnapshot snapshot = find(model, version);
		ModelDetails details = snapshot.details();
		if (details == null) {
			throw unavailable(snapshot.status());
		}
		return details.signature();
	}

	/**
	 * Return the header of a request that decides which version gets it.
	 * @param model the name
	 * @return the name of the header, or {@code null} if there is none
	 */
	public @Nullable String stickyHeader(String model) {
		return this.registry.traffic(model).stickyHeader();
	}

	/**
	 * Describe how a model is served.
	 * @param model the name
	 * @param version the version, or {@code null} for the default one
	 * @return the description
	 * @throws ModelNotFound if there is none
	 * @throws ModelUnavailable if it has never been ready, so that little is known of it
	 */
	public ModelConfigDescription configuration(String model, @Nullable Long version) {
		ModelSnapshot snapshot = find(model, version);
		ModelDetails details = snapshot.details();
		if (details == null) {
			throw unavailable(snapshot.status());
		}
		return ModelConfigDescription.of(snapshot, details, limits(snapshot.key()));
	}

	private @Nullable BatchingLimits limits(ModelKey key) {
		try {
			return this.registry.limits(key);
		}
		catch (ModelUnavailable | ModelNotFound ex) {
			// it has stopped serving
			return null;
		}
	}

	/**
	 * Find versions of models.
	 * @param model the name, or {@code null} for all models
	 * @param version the version, or {@code null} for all
	 * @return the versions, whatever their state, by name and version
	 * @throws ModelNotFound if there is none of that name or version
	 */
	public List<ModelKey> keys(@Nullable String model, @Nullable Long version) {
		if (model == null) {
			return this.registry.models().stream().map(ModelSnapshot::key).toList();
		}
		if (version != null) {
			return List.of(find(model, version).key());
		}
		String name = find(model, null).key().name();
		return this.registry.models()
			.stream()
			.map(ModelSnapshot::key)
			.filter((key) -> key.name().equals(name))
			.toList();
	}

	private List<String> versions(ModelKey key, boolean all) {
		return this.registry.models()
			.stream()
			.map(ModelSnapshot::status)
			.filter((status) -> status.key().equals(key)
					|| (all && status.key().name().equals(key.name()) && status.isAvailable()))
			.map((status) -> Long.toString(status.key().version()))
			.toList();
	}

	private static void requireReady(ModelStatus status) {
		if (!status.isAvailable()) {
			throw unavailable(status);
		}
	}

	private static ModelUnavailable unavailable(ModelStatus status) {
		return new ModelUnavailable("model %s version %d is %s".formatted(Quoted.name(status.key().name()),
				status.key().version(), status.describePublicly()), RETRY_AFTER);
	}

	private ModelNotFound notFound(String model, @Nullable String version) {
		List<ModelKey> all = this.registry.models().stream().map(ModelSnapshot::key).toList();
		List<ModelKey> named = all.stream().filter((key) -> key.name().equals(model)).toList();
		if (version == null || named.isEmpty()) {
			return new ModelNotFound("unknown model %s; there %s".formatted(Quoted.name(model),
					list(Quoted::names, all.stream().map(ModelKey::name).distinct().toList())));
		}
		return new ModelNotFound(
				"model %s has no version %s; there %s".formatted(Quoted.name(model), Quoted.name(version),
						list(Quoted::list, named.stream().map((key) -> Long.toString(key.version())).toList())));
	}

	private static String list(Function<List<String>, String> quoting, List<String> names) {
		return switch (names.size()) {
			case 0 -> "are none";
			case 1 -> "is " + quoting.apply(names);
			default -> "are " + quoting.apply(names);
		};
	}

}
