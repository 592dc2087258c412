package io.modelserving.openinference.http;

import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Knows which paths and methods are the protocol's, as they are sent. Everything else
 * below the base path is the application's. Thread-safe.
 *
 * @param basePath where the protocol is below the application's servlet, such as
 * {@code /v2}
 * @param servletPath where the application's servlet is below the context path, empty if
 * it is the root
 */
public record ProtocolPaths(String basePath, String servletPath) {

	private static final String MODEL = "/models/[^/]+(?:/versions/[^/]+)?";

	private static final Pattern GET = Pattern
		.compile("/?|/health/(?:live|ready)|/models|" + MODEL + "(?:/(?:ready|config|stats))?");

	private static final Pattern POST = Pattern
		.compile(MODEL + "/infer|/repository/index|/repository/models/[^/]+/(?:load|unload)");

	private static final Pattern BRANCHES = Pattern
		.compile("/(?:health|models|repository|logging|trace|systemsharedmemory|cudasharedmemory)(?:/.*)?");

	/**
	 * Say whether the protocol serves requests with a method to a path.
	 * @param contextPath the path of the application, empty if it is the root
	 * @param method the method
	 * @param uri the path of a request, as it was sent, or {@code null} if it is not
	 * known
	 * @return {@code true} if the protocol serves it
	 */
	public boolean claims(String contextPath, String method, @Nullable String uri) {
		Pattern own = switch (method) {
			case "GET", "HEAD" -> GET;
			case "POST" -> POST;
			default -> null;
		};
		return own != null && matches(own, contextPath, uri);
	}

	/**
	 * Say whether a path is one of the protocol's, whatever the method.
	 * @param contextPath the path of the application, empty if it is the root
	 * @param uri the path of a request, as it was sent, or {@code null} if it is not
	 * known
	 * @return {@code true} if the protocol serves some requests to it
	 */
	public boolean contains(String contextPath, @Nullable String uri) {
		return matches(GET, contextPath, uri) || matches(POST, contextPath, uri);
	}

	/**
	 * Say whether only a client of the protocol asks for a path, be it there or not.
	 */
	boolean isNear(String contextPath, String uri) {
		return contains(contextPath, uri) || matches(BRANCHES, contextPath, uri);
	}

	private boolean matches(Pattern pattern, String contextPath, @Nullable String uri) {
		String rest = (uri != null) ? rest(contextPath, uri) : null;
		return rest != null && pattern.matcher(rest).matches();
	}

	/**
	 * Return what follows the base path.
	 * @return the rest, or {@code null} if the path is not below it
	 */
	@Nullable String rest(String contextPath, String uri) {
		String root = contextPath + this.servletPath + this.basePath;
		return uri.startsWith(root) ? uri.substring(root.length()) : null;
	}

}
