package io.modelserving.repository.cache;

import java.time.Instant;
import java.util.List;

/**
 * Content in the cache.
 *
 * @param sha256 its digest
 * @param bytes how large it is
 * @param lastUsed when a model was last opened of it
 * @param inUse whether a running process has opened a model of it
 * @param locations where it comes from, without queries
 */
public record CachedFile(String sha256, long bytes, Instant lastUsed, boolean inUse, List<String> locations) {

	public CachedFile {
		locations = List.copyOf(locations);
	}

}
