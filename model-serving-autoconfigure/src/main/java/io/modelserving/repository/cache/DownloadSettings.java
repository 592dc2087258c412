package io.modelserving.repository.cache;

import java.nio.file.Path;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How files are downloaded.
 *
 * @param cacheDirectory where to keep them, or {@code null} for a directory that ends
 * with the process
 * @param connectTimeout how long a connection may take to be established
 * @param readTimeout how long nothing may arrive
 * @param maxBytes the most bytes that a file may have
 * @param maxCacheBytes over which size of the cache what is not used is removed
 */
public record DownloadSettings(@Nullable Path cacheDirectory, Duration connectTimeout, Duration readTimeout,
		long maxBytes, long maxCacheBytes) {
}
