package io.modelserving.repository;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;

import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;
import io.modelserving.model.Quoted;
import io.modelserving.serving.ModelAdministration;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelRepository;
import io.modelserving.serving.ModelSnapshot;
import io.modelserving.serving.RepositoryReadOnlyException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of the catalog, loaded and unloaded as callers ask for it if the mode lets
 * them. Thread-safe.
 */
public final class ControlledModelRepository implements ModelRepository {

	private static final Logger logger = LoggerFactory.getLogger(ControlledModelRepository.class);

	private static final Comparator<IndexEntry> ORDER = Comparator.comparing(IndexEntry::name)
		.thenComparing(IndexEntry::version, Comparator.nullsFirst(Comparator.naturalOrder()));

	private final ModelCatalog catalog;

	private final ModelRegistry registry;

	private final RepositoryMode mode;

	private final ModelSynchronizer synchronizer;

	/**
	 * Create a repository.
	 * @param catalog the existing models
	 * @param registry the models that are loaded
	 * @param administration loads and unloads them
	 * @param mode when models are loaded
	 * @param overrides keeps the files of requests
	 * @param executor looks at files; may block
	 */
	public ControlledModelRepository(ModelCatalog catalog, ModelRegistry registry, ModelAdministration administration,
			RepositoryMode mode, OverrideFiles overrides, Executor executor) {
		this.catalog = catalog;
		this.registry = registry;
		this.mode = mode;
		this.synchronizer = new ModelSynchronizer(catalog, registry, administration, overrides, executor);
	}

	ModelSynchronizer synchronizer() {
		return this.synchronizer;
	}

	@Override
	public List<IndexEntry> index(boolean onlyReady) {
		List<IndexEntry> entries = new ArrayList<>();
		for (ModelSnapshot model : this.registry.models()) {
			ModelStatus status = model.status();
			if (!onlyReady || status.state() == ModelState.READY) {
				entries.add(new IndexEntry(model.key().name(), model.key().version(), status.state(), status.reason()));
			}
		}
		if (!onlyReady) {
			Set<String> loaded = entries.stream().map(IndexEntry::name).collect(Collectors.toSet());
			available().forEach((name, reason) -> {
				if (!loaded.contains(name)) {
					entries.add(new IndexEntry(name, null, null, reason));
				}
			});
		}
		return entries.stream().sorted(ORDER).toList();
	}

	/** What is loaded can be listed even where the disk is gone. */
	private Map<String, String> available() {
		try {
			return this.catalog.models();
		}
		catch (ModelLoadException ex) {
			logger.warn("The models that are not loaded cannot be listed: {}", ex.getMessage());
			return Map.of();
		}
	}

	@Override
	public CompletableFuture<List<ModelStatus>> load(String model, LoadOverrides overrides) {
		if (this.mode != RepositoryMode.EXPLICIT) {
			return CompletableFuture.failedFuture(notAllowed());
		}
		return this.synchronizer.load(model, overrides, (version) -> true);
	}

	@Override
	public CompletableFuture<Void> unload(String model) {
		if (this.mode != RepositoryMode.EXPLICIT) {
			return CompletableFuture.failedFuture(notAllowed());
		}
		boolean loaded = this.registry.models().stream().anyMatch((version) -> version.key().name().equals(model));
		Map<String, String> known = available();
		if (!loaded && !known.containsKey(model)) {
			return CompletableFuture.failedFuture(new ModelNotFound("unknown model %s; there are %s"
				.formatted(Quoted.name(model), DirectoryNames.list(known.keySet()))));
		}
		return this.synchronizer.unload(model);
	}

	private RepositoryReadOnlyException notAllowed() {
		String when = (this.mode == RepositoryMode.POLL) ? "if polling is enabled" : "in the mode \"none\"";
		return new RepositoryReadOnlyException(
				"explicit model load / unload is not allowed %s; the property model-serving.repository-control.mode is \"%s\", not \"explicit\""
					.formatted(when, this.mode.name().toLowerCase(Locale.ROOT)));
	}

}
