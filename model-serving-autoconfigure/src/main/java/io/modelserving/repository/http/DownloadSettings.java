package io.modelserving.repository.http;

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
 */
public record DownloadSettings(@Nullable Path cacheDirectory, Duration connectTimeout, Duration readTimeout,
		long maxBytes) {
}
