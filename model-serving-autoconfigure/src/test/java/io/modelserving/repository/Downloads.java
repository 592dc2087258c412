package io.modelserving.repository;

import java.nio.file.Path;
import java.time.Duration;

import io.modelserving.repository.http.DownloadSettings;
import io.modelserving.repository.http.HttpFiles;

/**
 * Downloads for tests.
 */
final class Downloads {

	private Downloads() {
	}

	/** For tests that download nothing. */
	static HttpFiles none() {
		return new HttpFiles(new DownloadSettings(null, Duration.ofSeconds(1), Duration.ofSeconds(1), 1));
	}

	static HttpFiles into(Path cache) {
		return new HttpFiles(new DownloadSettings(cache, Duration.ofSeconds(10), Duration.ofSeconds(10), 1024 * 1024));
	}

}
