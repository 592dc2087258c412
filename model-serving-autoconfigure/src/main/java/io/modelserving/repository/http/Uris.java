package io.modelserving.repository.http;

import java.net.URI;

/**
 * Addresses of files.
 */
public final class Uris {

	private Uris() {
	}

	/**
	 * Return an address as it may be shown.
	 * @param uri the address
	 * @return the address without its query, which may be a signature
	 */
	public static String describe(URI uri) {
		String text = uri.toString();
		int query = text.indexOf('?');
		return (query >= 0) ? text.substring(0, query) : text;
	}

}
