package io.modelserving.repository.cache;

import java.net.http.HttpHeaders;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Distinguish one content of a file from another (RFC 9110, section 8.8).
 *
 * @param etag the entity tag, or {@code null} if there is none
 * @param lastModified the time of the last change, as it was sent, or {@code null}
 */
record Validators(@Nullable String etag, @Nullable String lastModified) {

	static Validators of(HttpHeaders headers) {
		return new Validators(headers.firstValue("ETag").orElse(null),
				headers.firstValue("Last-Modified").orElse(null));
	}

	/**
	 * Return what distinguishes this content.
	 * @return the entity tag, or the time of the last change; empty if there is neither
	 */
	String revision() {
		return (this.etag != null) ? this.etag : Objects.requireNonNullElse(this.lastModified, "");
	}

	/**
	 * Return what says that the bytes are the same, which is needed to put two parts
	 * together.
	 * @return a strong entity tag, or the time of the last change where there is no tag
	 */
	Optional<String> strong() {
		if (this.etag != null) {
			return this.etag.startsWith("W/") ? Optional.empty() : Optional.of(this.etag);
		}
		return Optional.ofNullable(this.lastModified);
	}

}
