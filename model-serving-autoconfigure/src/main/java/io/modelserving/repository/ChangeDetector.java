package io.modelserving.repository;

import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

/**
 * Decides which models to load again, from the state of their files at each check. A
 * change counts when two checks in a row see the same, so that files are not loaded while
 * they are being written. Pure: knows neither files nor time.
 */
final class ChangeDetector {

	private final SortedMap<String, ModelFingerprint> applied = new TreeMap<>();

	private Map<String, ModelFingerprint> before;

	/**
	 * Create a detector.
	 * @param initial the models as they were loaded at startup
	 */
	ChangeDetector(Map<String, ModelFingerprint> initial) {
		this.applied.putAll(initial);
		this.before = Map.copyOf(initial);
	}

	/**
	 * Look again.
	 * @param read the models as they are
	 * @param unreadable names of what cannot be looked at, which counts as unchanged
	 * @return what to do about each model that was added, removed or changed
	 */
	SortedMap<String, Decision> look(Map<String, ModelFingerprint> read, Set<String> unreadable) {
		Map<String, ModelFingerprint> now = new TreeMap<>(read);
		for (String name : unreadable) {
			ModelFingerprint loaded = this.applied.get(name);
			if (loaded != null) {
				now.put(name, loaded);
			}
		}
		SortedMap<String, Decision> decisions = new TreeMap<>();
		SortedSet<String> names = new TreeSet<>(now.keySet());
		names.addAll(this.applied.keySet());
		for (String name : names) {
			ModelFingerprint seen = now.get(name);
			ModelFingerprint loaded = this.applied.get(name);
			boolean settled = (seen != null) ? seen.equals(this.before.get(name)) : !this.before.containsKey(name);
			if (settled && (seen == null || !seen.equals(loaded))) {
				decisions.put(name, decide(seen, loaded));
				apply(name, seen);
			}
		}
		this.before = Map.copyOf(now);
		return decisions;
	}

	private static Decision decide(@Nullable ModelFingerprint seen, @Nullable ModelFingerprint loaded) {
		if (seen == null) {
			return new Decision.Unload();
		}
		return new Decision.Load((loaded != null) ? seen.since(loaded) : ModelChange.ALL);
	}

	private void apply(String name, @Nullable ModelFingerprint seen) {
		if (seen != null) {
			this.applied.put(name, seen);
		}
		else {
			this.applied.remove(name);
		}
	}

	/**
	 * What to do about a model.
	 */
	sealed interface Decision {

		/**
		 * Load what has changed.
		 *
		 * @param change what has
		 */
		record Load(ModelChange change) implements Decision {
		}

		/** Unload it. */
		record Unload() implements Decision {
		}

	}

}
