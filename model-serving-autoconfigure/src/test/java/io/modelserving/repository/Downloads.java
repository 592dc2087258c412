package io.modelserving.repository;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

import io.modelserving.repository.cache.DownloadSettings;
import io.modelserving.repository.cache.Downloader;
import io.modelserving.repository.cache.FullDisk;
import io.modelserving.repository.source.SourceKinds;
import io.modelserving.repository.source.SourceSettings;

/**
 * Downloads for tests.
 */
public final class Downloads {

	private Downloads() {
	}

	/** For tests that download nothing. */
	public static Downloader none() {
		return new Downloader(
				new DownloadSettings(null, Duration.ofSeconds(1), Duration.ofSeconds(1), 1, Long.MAX_VALUE));
	}

	public static Downloader into(Path cache) {
		return new Downloader(new DownloadSettings(cache, Duration.ofSeconds(10), Duration.ofSeconds(10), 1024 * 1024,
				Long.MAX_VALUE));
	}

	/** As long as the process that says so has it, the disk has no more room. */
	public static Downloader onFullDisk(Path cache, long freeBytes) {
		return FullDisk.downloader(
				new DownloadSettings(cache, Duration.ofSeconds(10), Duration.ofSeconds(10), 10_000_000, Long.MAX_VALUE),
				freeBytes);
	}

	/** Locations of files and web servers. */
	public static ModelLocations locations(Downloader downloads) {
		return locations(new DefaultResourceLoader(), downloads);
	}

	public static ModelLocations locations(ResourceLoader loader, Downloader downloads) {
		return locations(loader, downloads, settings(Path.of("no-cache"), URI.create("http://127.0.0.1:1"), true));
	}

	public static ModelLocations locations(ResourceLoader loader, Downloader downloads, SourceSettings settings) {
		PathMatchingResourcePatternResolver resources = new PathMatchingResourcePatternResolver(loader);
		return new ModelLocations(resources, SourceKinds.all(resources, downloads, settings), downloads);
	}

	/** All services at one address. */
	public static SourceSettings settings(Path huggingFaceCache, URI server, boolean offline) {
		return new SourceSettings(new SourceSettings.HuggingFace(server, "hf_secret", huggingFaceCache, offline),
				new SourceSettings.Mlflow(server, "mlflow_secret", null),
				Map.of(server.getRawAuthority(), new SourceSettings.Credentials("user", "oci_secret")), 10_000_000);
	}

}
