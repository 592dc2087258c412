package io.modelserving.serving.lifecycle;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.ModelKey;
import io.modelserving.model.Quoted;

/**
 * The slots of all versions of all models, and the errors for those that do not exist.
 * Thread-safe.
 */
public final class ModelSlots {

	private static final Comparator<ModelKey> ORDER = Comparator.comparing(ModelKey::name)
		.thenComparing(ModelKey::version);

	private final ConcurrentSkipListMap<ModelKey, ModelSlot> slots = new ConcurrentSkipListMap<>(ORDER);

	/** The same by name, as each call asks for it. */
	private final Map<String, List<ModelSlot>> byName = new ConcurrentHashMap<>();

	/**
	 * Return all slots, by name and version.
	 */
	public Collection<ModelSlot> all() {
		return this.slots.values();
	}

	public @Nullable ModelSlot get(ModelKey key) {
		return this.slots.get(key);
	}

	public synchronized @Nullable ModelSlot put(ModelKey key, ModelSlot slot) {
		ModelSlot before = this.slots.put(key, slot);
		update(key.name());
		return before;
	}

	public synchronized @Nullable ModelSlot remove(ModelKey key) {
		ModelSlot before = this.slots.remove(key);
		update(key.name());
		return before;
	}

	private void update(String name) {
		List<ModelSlot> versions = this.slots.values()
			.stream()
			.filter((slot) -> slot.key().name().equals(name))
			.toList();
		if (versions.isEmpty()) {
			this.byName.remove(name);
		}
		else {
			this.byName.put(name, versions);
		}
	}

	/**
	 * Return the slots of a model.
	 * @param name its name, whatever a caller has made of it
	 * @return the slots by version, none if the name is not known
	 */
	public List<ModelSlot> of(String name) {
		return this.byName.getOrDefault(name, List.of());
	}

	/**
	 * Return the versions of a model.
	 * @param name its name
	 * @param condition which of them
	 * @return the versions
	 */
	public SortedSet<Long> versions(String name, Predicate<ModelSlot> condition) {
		SortedSet<Long> versions = new TreeSet<>();
		for (ModelSlot slot : of(name)) {
			if (condition.test(slot)) {
				versions.add(slot.key().version());
			}
		}
		return versions;
	}

	/**
	 * Return the slot of a version that a caller has named.
	 * @throws ModelNotFound if there is none
	 */
	public ModelSlot require(String name, long version) {
		ModelSlot slot = (version < 1 || of(name).isEmpty()) ? null : this.slots.get(new ModelKey(name, version));
		if (slot == null) {
			SortedSet<Long> versions = versions(name, any -> true);
			throw versions.isEmpty() ? unknown(name) : new ModelNotFound("model %s has no version %d; it has [%s]"
				.formatted(Quoted.name(name), version, Quoted.list(versions)));
		}
		return slot;
	}

	/**
	 * Return the slot of a version.
	 * @throws ModelNotFound if there is none
	 */
	public ModelSlot require(ModelKey key) {
		ModelSlot slot = this.slots.get(key);
		if (slot == null) {
			throw notFound(key);
		}
		return slot;
	}

	public ModelNotFound notFound(ModelKey key) {
		return new ModelNotFound(
				"unknown model %s; there are [%s]".formatted(Quoted.text(key), Quoted.list(this.slots.keySet())));
	}

	public ModelNotFound unknown(String name) {
		return new ModelNotFound("unknown model %s; there are [%s]".formatted(Quoted.name(name),
				Quoted.list(this.slots.keySet().stream().map(ModelKey::name).distinct().toList())));
	}

}
