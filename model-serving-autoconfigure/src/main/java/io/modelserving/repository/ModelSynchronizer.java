package io.modelserving.repository;

import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.ModelAdministration;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelRepository.LoadOverrides;
import io.modelserving.serving.ModelSnapshot;

/**
 * Brings the models in line with the catalog, model by model. Thread-safe: what is asked
 * of one model happens in order.
 */
final class ModelSynchronizer {

	private final ModelCatalog catalog;

	private final ModelRegistry registry;

	private final ModelAdministration administration;

	private final OverrideFiles overrides;

	private final ModelQueue queue;

	ModelSynchronizer(ModelCatalog catalog, ModelRegistry registry, ModelAdministration administration,
			OverrideFiles overrides, Executor executor) {
		this.catalog = catalog;
		this.registry = registry;
		this.administration = administration;
		this.overrides = overrides;
		this.queue = new ModelQueue(executor);
	}

	/**
	 * Load the versions of a model that shall be served, then unload the others.
	 * @param model the name of the model
	 * @param overrides what shall differ from the catalog
	 * @param changed which of the versions that are loaded already to load again
	 * @return the states of the versions that were loaded
	 */
	CompletableFuture<List<ModelStatus>> load(String model, LoadOverrides overrides, LongPredicate changed) {
		return change(model, () -> {
			FoundModel found = find(model, overrides);
			List<CompletableFuture<ModelStatus>> loads = found.definitions()
				.stream()
				.filter((definition) -> isDue(definition.key(), changed))
				.map(this::likeKnown)
				.map(this.administration::load)
				.toList();
			return all(loads).thenCompose((statuses) -> unloadObsolete(model, found).thenApply((done) -> statuses));
		});
	}

	/** However a change ends, files that came for it and are not needed go. */
	private <T> CompletableFuture<T> change(String model, Supplier<CompletableFuture<T>> step) {
		return this.queue.submit(model, () -> {
			try {
				return step.get().whenComplete((done, failure) -> releaseFiles(model));
			}
			catch (RuntimeException | Error ex) {
				releaseFiles(model);
				throw ex;
			}
		});
	}

	private void releaseFiles(String model) {
		this.overrides.retain(model, versions(model).map(ModelSnapshot::location).toList());
	}

	/**
	 * What cannot be found fails where it is seen: at the versions that are loaded, which
	 * go on serving, or else at one that takes their place.
	 */
	private FoundModel find(String model, LoadOverrides overrides) {
		try {
			return this.catalog.find(model, overrides);
		}
		catch (ModelLoadException ex) {
			List<Long> loaded = loaded(model);
			List<ModelDefinition> failing = (loaded.isEmpty() ? List.of(1L) : loaded).stream()
				.map((version) -> this.catalog.failing(new ModelKey(model, version), ex))
				.toList();
			return new FoundModel(failing, new TreeSet<>(loaded));
		}
	}

	/** What the application waited for at startup stays required. */
	private ModelDefinition likeKnown(ModelDefinition definition) {
		return this.registry.find(definition.key())
			.filter((known) -> known.status().required())
			.map((known) -> definition.asRequired())
			.orElse(definition);
	}

	private boolean isDue(ModelKey key, LongPredicate changed) {
		return changed.test(key.version()) || this.registry.find(key).isEmpty() || hasFailed(key);
	}

	boolean hasFailed(ModelKey key) {
		return this.registry.find(key).filter((known) -> known.status().state() == ModelState.FAILED).isPresent();
	}

	private CompletableFuture<?> unloadObsolete(String model, FoundModel found) {
		boolean allReady = found.definitions()
			.stream()
			.filter((definition) -> found.available().contains(definition.key().version()))
			.allMatch((definition) -> this.registry.find(definition.key())
				.filter((known) -> known.status().state() == ModelState.READY)
				.isPresent());
		return unload(model, UnloadPolicy.versions(loaded(model), found.versions(), found.available(), allReady));
	}

	/**
	 * Unload all versions of a model.
	 * @param model the name of the model
	 * @return completes when their memory is free
	 */
	CompletableFuture<Void> unload(String model) {
		return change(model, () -> unload(model, loaded(model)).thenApply((done) -> null));
	}

	private CompletableFuture<?> unload(String model, List<Long> versions) {
		return all(versions.stream().map((version) -> new ModelKey(model, version)).map(this::unload).toList());
	}

	/** Somebody else may have unloaded it, which will do. */
	private CompletableFuture<?> unload(ModelKey key) {
		return this.administration.unload(key).handle((status, failure) -> {
			if (failure != null && this.registry.find(key).isPresent()) {
				throw new CompletionException(failure);
			}
			return null;
		});
	}

	boolean isKnown(String model) {
		return versions(model).findAny().isPresent();
	}

	List<Long> loaded(String model) {
		return versions(model).map((version) -> version.key().version()).toList();
	}

	private Stream<ModelSnapshot> versions(String model) {
		return this.registry.models().stream().filter((version) -> version.key().name().equals(model));
	}

	private static <T> CompletableFuture<List<T>> all(List<? extends CompletableFuture<? extends T>> futures) {
		return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
			.thenApply((done) -> futures.stream().<T>map(CompletableFuture::join).toList());
	}

}
