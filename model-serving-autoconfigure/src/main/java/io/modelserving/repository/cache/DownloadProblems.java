package io.modelserving.repository.cache;

import java.net.URI;

import org.jspecify.annotations.Nullable;

/**
 * Says why a file cannot be downloaded.
 *
 * @param uri its address, of which messages do not show the query
 */
record DownloadProblems(URI uri) {

	private static final int OK = 200;

	DownloadException server(String problem) {
		return failure("the server " + problem, 0, true, null);
	}

	DownloadException broken(long bytes, @Nullable Throwable cause) {
		String arrived = (bytes > 0) ? " after %d bytes".formatted(bytes) : "";
		String reason = (cause != null && cause.getMessage() != null) ? cause.getMessage() : String.valueOf(cause);
		return failure("the connection failed%s: %s".formatted(arrived, reason), 0, true, cause);
	}

	DownloadException rejected(int status) {
		boolean retryable = status >= 500 || status == 408 || status == 429;
		String what = (status >= 300 && status < 400) ? "redirects too often, or from https to http"
				: "responds with the status %d".formatted(status);
		return failure("the server " + what, status, retryable, null);
	}

	DownloadException tooLarge(long maxBytes) {
		return new DownloadException("%s has more than %d bytes, which is the most that is downloaded"
			.formatted(Uris.describe(this.uri), maxBytes), OK, false, null);
	}

	private DownloadException failure(String problem, int status, boolean retryable, @Nullable Throwable cause) {
		return new DownloadException("%s cannot be downloaded: %s".formatted(Uris.describe(this.uri), problem), status,
				retryable, cause);
	}

}
