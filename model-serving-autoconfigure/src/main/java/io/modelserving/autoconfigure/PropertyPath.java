package io.modelserving.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Name of a property, or the beginning of the names of several. Rejects values so that
 * the user sees the name, the value and what would be right.
 *
 * @param name the name
 */
public record PropertyPath(String name) {

	public PropertyPath child(String key) {
		boolean plain = key.chars().allMatch((c) -> c == '-' || Character.isLetterOrDigit(c));
		String separator = this.name.isEmpty() ? "" : ".";
		return new PropertyPath(plain ? this.name + separator + key : "%s[%s]".formatted(this.name, key));
	}

	public void atLeast(int least, String key, @Nullable Integer value) {
		check(value == null || value >= least, key, value, "it must be at least %d".formatted(least));
	}

	public void notNegative(String key, @Nullable Duration value) {
		check(value == null || !value.isNegative(), key, value, "it must not be negative");
	}

	public void positive(String key, @Nullable Duration value) {
		check(value == null || (!value.isNegative() && !value.isZero()), key, value, "it must be longer than 0");
	}

	public void check(boolean valid, String key, @Nullable Object value, String reason) {
		if (!valid) {
			throw invalid(key, value, reason);
		}
	}

	InvalidConfigurationPropertyValueException invalid(String key, @Nullable Object value, String reason) {
		return new InvalidConfigurationPropertyValueException(child(key).name(), value, reason);
	}

}
