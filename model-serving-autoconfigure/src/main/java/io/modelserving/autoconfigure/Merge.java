package io.modelserving.autoconfigure;

import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Puts settings over others.
 */
final class Merge {

	private Merge() {
	}

	static <T> @Nullable T first(@Nullable T own, @Nullable T other) {
		return (own != null) ? own : other;
	}

	static <T> T or(@Nullable T own, T other) {
		return (own != null) ? own : other;
	}

	static <V> Map<String, V> entries(Map<String, V> own, Map<String, V> others) {
		Map<String, V> merged = new HashMap<>(others);
		merged.putAll(own);
		return merged;
	}

}
