package io.modelserving.openinference;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelRepository;
import io.modelserving.serving.ModelSnapshot;

/**
 * The models there are as a repository, and one more that is not loaded. It notes what it
 * is asked to do, and does nothing.
 */
public final class FakeRepository implements ModelRepository {

	/** The model that is not loaded. */
	public static final String UNLOADED = "absent";

	private final ModelRegistry registry;

	private final List<Load> loads = new CopyOnWriteArrayList<>();

	private final List<String> unloads = new CopyOnWriteArrayList<>();

	public FakeRepository(ModelRegistry registry) {
		this.registry = registry;
	}

	/** Forget everything. */
	public void reset() {
		this.loads.clear();
		this.unloads.clear();
	}

	public List<Load> loads() {
		return this.loads;
	}

	public List<String> unloads() {
		return this.unloads;
	}

	@Override
	public List<IndexEntry> index(boolean onlyReady) {
		List<IndexEntry> entries = new CopyOnWriteArrayList<>();
		if (!onlyReady) {
			entries.add(new IndexEntry(UNLOADED, null, null, "not loaded"));
		}
		this.registry.models()
			.stream()
			.map(ModelSnapshot::status)
			.filter((status) -> !onlyReady || status.state() == ModelState.READY)
			.forEach((status) -> entries
				.add(new IndexEntry(status.key().name(), status.key().version(), status.state(), status.reason())));
		return entries;
	}

	@Override
	public CompletableFuture<List<ModelStatus>> load(String model, LoadOverrides overrides) {
		this.loads.add(new Load(model, overrides));
		List<ModelStatus> versions = versions(model);
		return versions.isEmpty() ? CompletableFuture.failedFuture(new ModelNotFound("no model " + model))
				: CompletableFuture.completedFuture(versions);
	}

	@Override
	public CompletableFuture<Void> unload(String model) {
		this.unloads.add(model);
		return versions(model).isEmpty() ? CompletableFuture.failedFuture(new ModelNotFound("no model " + model))
				: CompletableFuture.completedFuture(null);
	}

	private List<ModelStatus> versions(String model) {
		return this.registry.models()
			.stream()
			.map(ModelSnapshot::status)
			.filter((status) -> status.key().name().equals(model))
			.toList();
	}

	/**
	 * A load that was asked for.
	 *
	 * @param model the model
	 * @param overrides what was to be different
	 */
	public record Load(String model, LoadOverrides overrides) {
	}

}
