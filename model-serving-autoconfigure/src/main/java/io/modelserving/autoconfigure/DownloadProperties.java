package io.modelserving.autoconfigure;

import java.nio.file.Path;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

import io.modelserving.repository.http.DownloadSettings;

/**
 * How models are downloaded whose location is on a web server.
 *
 * @param cacheDirectory Directory in which downloads are kept; by default a temporary one
 * that ends with the process.
 * @param connectTimeout Longest time that a connection may take to be established.
 * @param readTimeout Longest time in which nothing arrives.
 * @param maxSize Size over which a file is not downloaded.
 */
record DownloadProperties(@Nullable Path cacheDirectory, @DefaultValue("10s") Duration connectTimeout,
		@DefaultValue("30s") Duration readTimeout, @DefaultValue("16GB") DataSize maxSize) {

	DownloadProperties {
		PropertyPath path = ModelServingProperties.PATH.child("downloads");
		path.positive("connect-timeout", connectTimeout);
		path.positive("read-timeout", readTimeout);
		path.check(maxSize.toBytes() > 0, "max-size", maxSize, "it must be larger than 0");
	}

	DownloadSettings settings() {
		return new DownloadSettings(this.cacheDirectory, this.connectTimeout, this.readTimeout, this.maxSize.toBytes());
	}

}
