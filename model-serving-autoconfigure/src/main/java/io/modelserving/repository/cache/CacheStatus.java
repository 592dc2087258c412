package io.modelserving.repository.cache;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What is in the cache of downloads.
 *
 * @param directory where it is, {@code null} if nothing was downloaded
 * @param problem why it is not where it should be, or cannot be read, {@code null} if all
 * is well
 * @param maxBytes over which size what is not used is removed
 * @param unreached why the files of the cache are served in place of those of the source,
 * by their locations
 * @param files the files
 */
public record CacheStatus(@Nullable Path directory, @Nullable String problem, long maxBytes,
		Map<String, String> unreached, List<CachedFile> files) {

	public CacheStatus {
		unreached = Map.copyOf(unreached);
		files = List.copyOf(files);
	}

}
