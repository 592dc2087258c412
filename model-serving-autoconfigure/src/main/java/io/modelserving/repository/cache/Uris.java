package io.modelserving.repository.cache;

import java.net.URI;
import java.util.regex.Pattern;

/**
 * Addresses of files.
 */
public final class Uris {

	private static final Pattern USER = Pattern.compile("^([a-zA-Z][a-zA-Z0-9+.-]*://)[^/?#]*@");

	private Uris() {
	}

	/**
	 * Return an address as it may be shown.
	 * @param uri the address
	 * @return the address without its query, which may be a signature
	 */
	public static String describe(URI uri) {
		return describe(uri.toString());
	}

	/**
	 * Return an address as it may be shown.
	 * @param text the address, right or wrong
	 * @return the address without its query, and without what stands before the host,
	 * which may be a password
	 */
	public static String describe(String text) {
		int query = text.indexOf('?');
		String shown = (query >= 0) ? text.substring(0, query) : text;
		return USER.matcher(shown).replaceFirst("$1");
	}

}
