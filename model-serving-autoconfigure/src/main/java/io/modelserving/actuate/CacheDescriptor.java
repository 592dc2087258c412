package io.modelserving.actuate;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.modelserving.serving.cache.CacheSnapshot;

/**
 * The response cache of a version, since it was loaded.
 *
 * @param obstacle why no results are kept although they should be, empty if they are
 * @param name the cache of the application that has them, or {@code null} if they are in
 * memory of this process
 * @param entries the number of results, or {@code null} if it is not known
 * @param bytes the memory that they take, or {@code null} if it is not known
 * @param maxBytes the most that results of all versions take in this process
 * @param timeToLive how long a result is of use, or {@code null} for any time
 * @param hits the calls that got a kept result
 * @param shared the calls that got the result of an equal one under way
 * @param misses the calls that had to run
 * @param bypassed the calls that ran because they had asked for it
 * @param evictions the results that were dropped for want of room, or after their time
 * @param failures how often a result could not be read or kept
 */
record CacheDescriptor(String obstacle, @Nullable String name, @Nullable Long entries, @Nullable Long bytes,
		long maxBytes, @Nullable Duration timeToLive, long hits, long shared, long misses, long bypassed,
		long evictions, long failures) {

	static @Nullable CacheDescriptor of(@Nullable CacheSnapshot cache) {
		return (cache != null) ? new CacheDescriptor(cache.obstacle(), cache.settings().name(), cache.entries(),
				cache.bytes(), cache.settings().maxBytes(), cache.settings().timeToLive(), cache.hits(), cache.shared(),
				cache.misses(), cache.bypassed(), cache.evictions(), cache.failures()) : null;
	}

}
