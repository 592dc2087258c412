package io.modelserving.autoconfigure;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.Quoted;

/**
 * An object of JSON in a request.
 *
 * @param path where it is in the request, for messages
 * @param entries what is in it
 */
record ConfigObject(String path, Map<?, ?> entries) {

	/**
	 * Go through the entries, by name.
	 * @param action takes each
	 */
	void forEach(Consumer<ConfigValue> action) {
		Map<String, Object> sorted = new TreeMap<>();
		this.entries.forEach((key, value) -> sorted.put(String.valueOf(key), value));
		sorted.forEach((key, value) -> action.accept(new ConfigValue(this.path, key, value)));
	}

	void requireOneOf(String... keys) {
		if (this.entries.size() != 1 || !Set.of(keys).containsAll(this.entries.keySet())) {
			throw new InvalidInput("%s has %s; one of %s is needed".formatted(this.path,
					this.entries.isEmpty() ? "nothing" : Quoted.list(this.entries.keySet()), String.join(", ", keys)));
		}
	}

}
