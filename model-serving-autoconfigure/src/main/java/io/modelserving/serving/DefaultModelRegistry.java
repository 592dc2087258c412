package io.modelserving.serving;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelStatus;

/**
 * The registry over a map of slots. The map is concurrent; each slot orders what happens
 * to it by itself.
 */
final class DefaultModelRegistry implements ModelRegistry {

	private static final Comparator<ModelKey> ORDER = Comparator.comparing(ModelKey::name)
		.thenComparing(ModelKey::version);

	private final ConcurrentSkipListMap<ModelKey, ModelSlot> slots = new ConcurrentSkipListMap<>(ORDER);

	private final Function<ModelDefinition, ModelSlot> slotFactory;

	private volatile boolean closed;

	DefaultModelRegistry(List<ModelDefinition> definitions, Function<ModelDefinition, ModelSlot> slotFactory) {
		this.slotFactory = slotFactory;
		for (ModelDefinition definition : definitions) {
			if (this.slots.put(definition.key(), slotFactory.apply(definition)) != null) {
				throw new IllegalArgumentException("model %s is defined twice".formatted(definition.key()));
			}
		}
	}

	void loadAll() {
		this.slots.values().forEach(slot -> slot.load(slot.definition()));
	}

	/**
	 * Refuse further loads.
	 */
	void close() {
		this.closed = true;
	}

	/**
	 * Retire all models.
	 * @param remaining gives the time that is left for it
	 * @return whether all was answered and freed
	 */
	boolean retireAll(Supplier<Duration> remaining) {
		boolean freed = true;
		for (ModelSlot slot : this.slots.values()) {
			freed &= slot.retire(remaining.get());
		}
		return freed;
	}

	/**
	 * Return the slot that answers calls.
	 * @param name the name of the model
	 * @param version the version, or {@code null} for the default one
	 * @return the slot
	 * @throws ModelNotFound if there is none
	 */
	ModelSlot slot(String name, @Nullable Long version) {
		if (version != null) {
			ModelSlot slot = (version < 1) ? null : this.slots.get(new ModelKey(name, version));
			if (slot == null) {
				List<Long> versions = versions(name).stream().map(known -> known.key().version()).toList();
				throw new ModelNotFound(versions.isEmpty() ? unknown(name)
						: "model \"%s\" has no version %d; it has %s".formatted(name, version, versions));
			}
			return slot;
		}
		return defaultSlot(name).orElseThrow(() -> new ModelNotFound(unknown(name)));
	}

	private Optional<ModelSlot> defaultSlot(String name) {
		List<ModelSlot> versions = versions(name);
		for (int i = versions.size() - 1; i >= 0; i--) {
			if (versions.get(i).serving() != null) {
				return Optional.of(versions.get(i));
			}
		}
		return versions.isEmpty() ? Optional.empty() : Optional.of(versions.get(versions.size() - 1));
	}

	private List<ModelSlot> versions(String name) {
		if (name.isBlank() || name.indexOf('/') >= 0) {
			return List.of();
		}
		return List
			.copyOf(this.slots.subMap(new ModelKey(name, 1), true, new ModelKey(name, Long.MAX_VALUE), true).values());
	}

	private String unknown(String name) {
		return "unknown model \"%s\"; there are %s".formatted(name,
				this.slots.keySet().stream().map(ModelKey::name).distinct().toList());
	}

	@Override
	public List<ModelSnapshot> models() {
		return this.slots.values().stream().map(ModelSlot::snapshot).toList();
	}

	@Override
	public Optional<ModelSnapshot> find(ModelKey key) {
		return Optional.ofNullable(this.slots.get(key)).map(ModelSlot::snapshot);
	}

	@Override
	public Optional<ModelSnapshot> find(String name) {
		return defaultSlot(name).map(ModelSlot::snapshot);
	}

	@Override
	public CompletableFuture<ModelStatus> load(ModelDefinition definition) {
		if (this.closed) {
			return CompletableFuture.failedFuture(new ModelUnavailable(
					"the application is shutting down and loads no more models", Duration.ofSeconds(1)));
		}
		return this.slots.computeIfAbsent(definition.key(), key -> this.slotFactory.apply(definition)).load(definition);
	}

	@Override
	public CompletableFuture<ModelStatus> reload(ModelKey key) {
		ModelSlot slot = this.slots.get(key);
		return (slot != null) ? load(slot.definition()) : CompletableFuture.failedFuture(notFound(key));
	}

	@Override
	public CompletableFuture<ModelStatus> unload(ModelKey key) {
		ModelSlot slot = this.slots.remove(key);
		return (slot != null) ? slot.unload() : CompletableFuture.failedFuture(notFound(key));
	}

	private ModelNotFound notFound(ModelKey key) {
		return new ModelNotFound("unknown model %s; there are %s".formatted(key, this.slots.keySet()));
	}

}
