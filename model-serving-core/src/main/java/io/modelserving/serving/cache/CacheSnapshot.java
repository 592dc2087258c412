package io.modelserving.serving.cache;

import org.jspecify.annotations.Nullable;

/**
 * What the cache of a version of a model has done since the version was loaded.
 *
 * @param settings how results are kept
 * @param obstacle why none are kept although they should be, empty if they are
 * @param entries the number of results in memory, or {@code null} if another process may
 * hold them
 * @param bytes the memory that they take, likewise
 * @param hits the calls that got a kept result
 * @param shared the calls that got the result of an equal one under way
 * @param misses the calls that had to run
 * @param bypassed the calls that ran because they had asked for it
 * @param evictions the results that were dropped for want of room, or after their time
 * @param failures how often a result could not be read or kept
 */
public record CacheSnapshot(CacheSettings settings, String obstacle, @Nullable Long entries, @Nullable Long bytes,
		long hits, long shared, long misses, long bypassed, long evictions, long failures) {

	/**
	 * Return the snapshot of a cache that is off.
	 * @param settings how results would be kept
	 * @param obstacle why they are not
	 * @return the snapshot
	 */
	public static CacheSnapshot off(CacheSettings settings, String obstacle) {
		return new CacheSnapshot(settings, obstacle, 0L, 0L, 0, 0, 0, 0, 0, 0);
	}

}
