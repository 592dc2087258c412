package io.modelserving.repository.cache;

import java.net.URI;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A file on a web server.
 *
 * @param uri its address
 * @param headers what to say beside, such as a token; it is sent to this server only, not
 * to others that it redirects to
 * @param digest the digest that the file must have, or {@code null} if none is known
 */
public record HttpFile(URI uri, Map<String, String> headers, @Nullable Digest digest) {

	public HttpFile {
		headers = Map.copyOf(headers);
	}

	/**
	 * Return a file of which no more is known.
	 * @param uri its address
	 * @return the file
	 */
	public static HttpFile of(URI uri) {
		return new HttpFile(uri, Map.of(), null);
	}

	/**
	 * Nothing secret.
	 */
	@Override
	public String toString() {
		return Uris.describe(this.uri);
	}

}
