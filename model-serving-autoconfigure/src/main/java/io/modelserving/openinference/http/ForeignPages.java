package io.modelserving.openinference.http;

import java.net.URI;
import java.util.Locale;
import java.util.Set;

import jakarta.servlet.http.HttpServletRequest;

import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/**
 * Recognises requests that a web page of another origin could have sent without a CORS
 * preflight request. Browsers say where a {@code POST} comes from, by
 * {@code Sec-Fetch-Site} or {@code Origin}; other clients send neither. They ask first if
 * the body claims to be JSON, and the application's CORS configuration then decides.
 */
final class ForeignPages {

	private static final String SITE = "Sec-Fetch-Site";

	private static final Set<String> OWN = Set.of("same-origin", "none");

	private ForeignPages() {
	}

	/**
	 * Say whether such a page may have sent a request.
	 * @param request a request that changes something
	 * @return {@code true} if it comes from a page of another origin and the browser has
	 * not asked
	 */
	static boolean mayHaveSent(HttpServletRequest request) {
		return isForeign(request) && !isJson(request.getContentType());
	}

	private static boolean isForeign(HttpServletRequest request) {
		String site = request.getHeader(SITE);
		if (site != null) {
			return !OWN.contains(site.strip().toLowerCase(Locale.ROOT));
		}
		String origin = request.getHeader(HttpHeaders.ORIGIN);
		return origin != null && !isOwn(origin, request);
	}

	private static boolean isOwn(String origin, HttpServletRequest request) {
		try {
			URI uri = URI.create(origin.strip());
			int port = (uri.getPort() >= 0) ? uri.getPort() : "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
			return request.getServerName().equalsIgnoreCase(uri.getHost()) && request.getServerPort() == port;
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	private static boolean isJson(String type) {
		try {
			return type != null && MediaType.APPLICATION_JSON.isCompatibleWith(MediaType.parseMediaType(type))
					&& MediaType.parseMediaType(type).isConcrete();
		}
		catch (InvalidMediaTypeException ex) {
			return false;
		}
	}

}
