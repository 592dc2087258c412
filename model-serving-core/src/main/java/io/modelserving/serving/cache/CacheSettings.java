package io.modelserving.serving.cache;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Whether and how the results of a model are kept.
 *
 * @param enabled whether they are
 * @param forced whether they are kept also where the model may give another result for
 * the same inputs
 * @param maxBytes the most memory that results of all versions of the model take in this
 * process, at least 1
 * @param timeToLive how long a result is of use, or {@code null} for any time
 * @param name the cache of the application that holds them, or {@code null} for memory of
 * this process
 */
public record CacheSettings(boolean enabled, boolean forced, long maxBytes, @Nullable Duration timeToLive,
		@Nullable String name) {

	/** Nothing is kept. */
	public static final CacheSettings OFF = new CacheSettings(false, false, 64L << 20, null, null);

	public CacheSettings {
		if (maxBytes < 1) {
			throw new IllegalArgumentException("max-size is %d bytes; it must be at least 1".formatted(maxBytes));
		}
		if (timeToLive != null && (timeToLive.isNegative() || timeToLive.isZero())) {
			throw new IllegalArgumentException("time-to-live is %s; it must be longer than 0".formatted(timeToLive));
		}
	}

}
