package io.modelserving.autoconfigure;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.Quoted;

/**
 * A value of JSON in a request. Whole numbers may be strings, as Protocol Buffers write
 * large ones.
 *
 * @param parent where the object is in the request that has it
 * @param key its name there
 * @param value the value
 */
record ConfigValue(String parent, String key, @Nullable Object value) {

	private String path() {
		return this.parent + "." + this.key;
	}

	String text() {
		if (this.value instanceof String text) {
			return text;
		}
		throw invalid("must be a string");
	}

	boolean flag() {
		if (this.value instanceof Boolean flag) {
			return flag;
		}
		throw invalid("must be true or false");
	}

	long number(long least, long most) {
		return number(this.value, least, most);
	}

	private long number(@Nullable Object candidate, long least, long most) {
		try {
			long number = new BigDecimal(String.valueOf(candidate)).longValueExact();
			require(number >= least && number <= most, "must be between %d and %d".formatted(least, most));
			return number;
		}
		catch (NumberFormatException | ArithmeticException ex) {
			throw invalid("must be a whole number");
		}
	}

	/**
	 * Return the numbers of an array.
	 * @param least the least that each may be
	 * @return the numbers, separated by commas
	 */
	String numbers(long least) {
		if (this.value instanceof List<?> list && !list.isEmpty()) {
			return list.stream()
				.map((element) -> Long.toString(number(element, least, Integer.MAX_VALUE)))
				.collect(Collectors.joining(","));
		}
		throw invalid("must be an array of numbers");
	}

	ConfigObject object() {
		if (this.value instanceof Map<?, ?> map) {
			return new ConfigObject(path(), map);
		}
		throw invalid("must be an object");
	}

	ConfigObject onlyElement() {
		if (this.value instanceof List<?> list && list.size() == 1 && list.get(0) instanceof Map<?, ?> map) {
			return new ConfigObject(path(), map);
		}
		throw invalid("must be an array of one object");
	}

	void require(boolean valid, String what) {
		if (!valid) {
			throw invalid(what);
		}
	}

	void requireKey(String expected) {
		if (!this.key.equals(expected)) {
			throw unknown(expected);
		}
	}

	InvalidInput unknown(String... known) {
		return new InvalidInput("%s cannot be changed by a request; what can be is %s".formatted(Quoted.text(path()),
				String.join(", ", known)));
	}

	/** The text of an object or array may be long, and expensive to make. */
	private String describe() {
		if (this.value instanceof Map) {
			return "an object";
		}
		return (this.value instanceof List<?> list) ? "an array of %d".formatted(list.size()) : Quoted.text(this.value);
	}

	private InvalidInput invalid(String what) {
		return new InvalidInput("%s is %s; it %s".formatted(Quoted.text(path()), describe(), what));
	}

}
