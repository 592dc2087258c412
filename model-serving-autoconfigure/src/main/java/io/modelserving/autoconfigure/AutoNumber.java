package io.modelserving.autoconfigure;

import org.jspecify.annotations.Nullable;

/**
 * A number of at least 1, or {@code auto} to have it chosen.
 *
 * @param value the number, or {@code null} for {@code auto}
 */
record AutoNumber(@Nullable Integer value) {

	/** Has the number chosen. */
	public static final AutoNumber AUTO = new AutoNumber(null);

	/**
	 * Parse what users write. Property binding finds this method by its name.
	 * @param text {@code auto} or a number
	 * @return the number
	 */
	public static AutoNumber of(String text) {
		if (text.strip().equalsIgnoreCase("auto")) {
			return AUTO;
		}
		try {
			return of(Integer.valueOf(text.strip()));
		}
		catch (NumberFormatException ex) {
			throw invalid(text);
		}
	}

	/**
	 * Create a number.
	 * @param value the number
	 * @return the number
	 */
	public static AutoNumber of(Integer value) {
		if (value < 1) {
			throw invalid(value.toString());
		}
		return new AutoNumber(value);
	}

	private static IllegalArgumentException invalid(String text) {
		return new IllegalArgumentException("\"%s\" is neither \"auto\" nor a number of at least 1".formatted(text));
	}

	static @Nullable Integer valueOf(@Nullable AutoNumber number) {
		return (number != null) ? number.value() : null;
	}

	@Override
	public String toString() {
		return (this.value != null) ? this.value.toString() : "auto";
	}

}
