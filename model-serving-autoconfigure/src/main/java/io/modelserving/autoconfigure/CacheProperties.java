package io.modelserving.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

import io.modelserving.serving.cache.CacheSettings;

/**
 * Whether and how the results of a model are kept, so that it need not run again for the
 * same inputs.
 *
 * @param enabled Whether results are kept.
 * @param maxSize Most memory that results of all versions of the model take in this
 * process.
 * @param timeToLive Time after which a result is of no use any more; any time by default.
 * @param name Cache of the CacheManager that holds the results; memory of this process by
 * default.
 * @param force Whether results are kept also of a model that may give another one for the
 * same inputs.
 */
record CacheProperties(@Nullable Boolean enabled, @Nullable DataSize maxSize, @Nullable Duration timeToLive,
		@Nullable String name, @Nullable Boolean force) {

	/**
	 * Parse the short form, {@code cache: true}. Property binding finds this method by
	 * its name.
	 * @param text {@code true} or {@code false}
	 * @return the settings
	 */
	public static CacheProperties of(String text) {
		if (!text.strip().equalsIgnoreCase("true") && !text.strip().equalsIgnoreCase("false")) {
			throw new IllegalArgumentException(
					"\"%s\" is neither true nor false; other settings of a cache have names: cache.max-size"
						.formatted(text));
		}
		return new CacheProperties(Boolean.valueOf(text.strip()), null, null, null, null);
	}

	/**
	 * YAML gives a boolean.
	 * @param enabled whether results are kept
	 * @return the settings
	 */
	public static CacheProperties of(Boolean enabled) {
		return new CacheProperties(enabled, null, null, null, null);
	}

	CacheProperties over(CacheProperties defaults) {
		return new CacheProperties(Merge.first(this.enabled, defaults.enabled),
				Merge.first(this.maxSize, defaults.maxSize), Merge.first(this.timeToLive, defaults.timeToLive),
				Merge.first(this.name, defaults.name), Merge.first(this.force, defaults.force));
	}

	void check(PropertyPath path) {
		path.check(this.maxSize == null || this.maxSize.toBytes() > 0, "max-size", this.maxSize,
				"it must be at least 1 byte");
		path.positive("time-to-live", this.timeToLive);
		path.check(this.name == null || !this.name.isBlank(), "name", this.name, "it must not be blank");
	}

	CacheSettings settings() {
		CacheSettings defaults = CacheSettings.OFF;
		return new CacheSettings(Merge.or(this.enabled, defaults.enabled()), Merge.or(this.force, defaults.forced()),
				(this.maxSize != null) ? this.maxSize.toBytes() : defaults.maxBytes(), this.timeToLive, this.name);
	}

}
