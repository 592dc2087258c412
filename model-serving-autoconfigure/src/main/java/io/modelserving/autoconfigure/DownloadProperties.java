package io.modelserving.autoconfigure;

import java.nio.file.Path;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

import io.modelserving.repository.cache.DownloadSettings;

/**
 * How models are downloaded that are not on this machine.
 *
 * @param cacheDirectory Directory in which downloads are kept; by default a temporary one
 * that ends with the process.
 * @param connectTimeout Longest time that a connection may take to be established.
 * @param readTimeout Longest time in which nothing arrives.
 * @param maxSize Size over which a file is not downloaded.
 * @param maxCacheSize Size of the cache over which files are removed that no model uses,
 * the least recently used first.
 */
record DownloadProperties(@Nullable Path cacheDirectory, @DefaultValue("10s") Duration connectTimeout,
		@DefaultValue("30s") Duration readTimeout, @DefaultValue("16GB") DataSize maxSize,
		@DefaultValue("64GB") DataSize maxCacheSize) {

	DownloadProperties {
		PropertyPath path = ModelServingProperties.PATH.child("downloads");
		path.positive("connect-timeout", connectTimeout);
		path.positive("read-timeout", readTimeout);
		path.check(maxSize.toBytes() > 0, "max-size", maxSize, "it must be larger than 0");
		path.check(maxCacheSize.toBytes() > 0, "max-cache-size", maxCacheSize, "it must be larger than 0");
	}

	DownloadSettings settings() {
		return new DownloadSettings(this.cacheDirectory, this.connectTimeout, this.readTimeout, this.maxSize.toBytes(),
				this.maxCacheSize.toBytes());
	}

}
