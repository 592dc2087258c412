package io.modelserving.sequence;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * How the last sequences of a version ended, so that a request that comes too late learns
 * why. It goes from generation to generation, and has a bound. Thread-safe.
 */
final class SequenceHistory {

	private final int capacity;

	private final Map<String, SequenceEnd> ends = new LinkedHashMap<>();

	SequenceHistory(int capacity) {
		this.capacity = capacity;
	}

	synchronized void add(String id, SequenceEnd end) {
		this.ends.remove(id);
		this.ends.put(id, end);
		if (this.ends.size() > this.capacity) {
			this.ends.remove(this.ends.keySet().iterator().next());
		}
	}

	synchronized @Nullable SequenceEnd find(String id) {
		return this.ends.get(id);
	}

}
