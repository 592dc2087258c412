package io.modelserving.openinference.http;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Knows which paths are the protocol's, so that what an application has at other paths
 * below {@code /v2} stays as it is.
 *
 * @param servletPath where the application's servlet is below the context path, empty if
 * it is the root
 */
public record ProtocolPaths(String servletPath) {

	private static final String ROOT = "/v2";

	private static final List<String> BRANCHES = List.of("health", "models", "repository", "logging", "trace",
			"systemsharedmemory", "cudasharedmemory");

	/**
	 * Say whether a path is the protocol's.
	 * @param contextPath the path of the application, empty if it is the root
	 * @param uri the path of a request, as it was sent, or {@code null} if it could not
	 * be told
	 * @return {@code true} if the protocol answers it
	 */
	public boolean contains(String contextPath, @Nullable String uri) {
		String root = contextPath + this.servletPath + ROOT;
		if (uri == null || !uri.startsWith(root)) {
			return false;
		}
		String rest = uri.substring(root.length());
		return rest.isEmpty() || rest.equals("/") || BRANCHES.stream().anyMatch((branch) -> isBelow(rest, branch));
	}

	private static boolean isBelow(String path, String branch) {
		return path.startsWith(branch, 1) && path.charAt(0) == '/'
				&& (path.length() == branch.length() + 1 || path.charAt(branch.length() + 1) == '/');
	}

}
