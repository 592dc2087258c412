package io.modelserving.repository;

import java.nio.file.Path;
import java.time.Duration;

import io.modelserving.repository.http.DownloadSettings;
import io.modelserving.repository.http.Downloader;

/**
 * Downloads for tests.
 */
final class Downloads {

	private Downloads() {
	}

	/** For tests that download nothing. */
	static Downloader none() {
		return new Downloader(new DownloadSettings(null, Duration.ofSeconds(1), Duration.ofSeconds(1), 1));
	}

	static Downloader into(Path cache) {
		return new Downloader(new DownloadSettings(cache, Duration.ofSeconds(10), Duration.ofSeconds(10), 1024 * 1024));
	}

}
