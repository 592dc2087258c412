package io.modelserving.model.onnx;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Checks of values that the runtime accepts unchecked.
 */
final class OptionChecks {

	private OptionChecks() {
	}

	static String notBlank(String what, @Nullable String value) {
		if (value == null || value.isBlank()) {
			throw new IllegalArgumentException("the %s is blank".formatted(what));
		}
		return value;
	}

	static void positive(String what, @Nullable Long value) {
		if (value != null && value <= 0) {
			throw new IllegalArgumentException("the %s is %d, not a positive number".formatted(what, value));
		}
	}

	static void notNegative(String what, int value) {
		if (value < 0) {
			throw new IllegalArgumentException("the %s is %d, a negative number".formatted(what, value));
		}
	}

	static Map<String, String> entries(String what, Map<String, String> entries) {
		entries.forEach((key, value) -> {
			notBlank("name of an " + what, key);
			notBlank("value of the %s \"%s\"".formatted(what, key), value);
		});
		return Collections.unmodifiableMap(new LinkedHashMap<>(entries));
	}

}
