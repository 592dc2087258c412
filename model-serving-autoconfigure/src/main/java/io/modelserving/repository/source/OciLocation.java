package io.modelserving.repository.source;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * A location such as {@code oci://registry.example.com/team/digits:3}. Pure.
 *
 * @param registry the host, with the port if there is one
 * @param repository the name of the repository
 * @param reference a tag, or a digest with its algorithm
 * @param path the file of the model, or {@code null} if it is to be found
 */
record OciLocation(String registry, String repository, String reference, @Nullable String path) {

	private static final Pattern LOCATION = Pattern.compile(
			"(?i:oci)://(?<registry>[A-Za-z0-9.-]+(?::[0-9]{1,5})?|\\[[0-9a-fA-F:]+](?::[0-9]{1,5})?)/(?<repository>[a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?(?:#(?<path>.+))?");

	private static final Pattern LOOPBACK = Pattern.compile("(localhost|127\\.[0-9.]+|\\[::1])(:[0-9]+)?");

	static OciLocation of(String location) {
		Matcher matcher = LOCATION.matcher(location);
		if (!matcher.matches() || location.contains("..")) {
			throw new IllegalArgumentException(
					"is no image: write oci://registry/repository:tag, with @sha256:... for a digest and #path/to/model.onnx if it has several models");
		}
		String tag = (matcher.group("tag") != null) ? matcher.group("tag") : "latest";
		return new OciLocation(matcher.group("registry"), matcher.group("repository"),
				(matcher.group("digest") != null) ? matcher.group("digest") : tag, matcher.group("path"));
	}

	boolean isDigest() {
		return this.reference.startsWith("sha256:");
	}

	/** Without encryption only on this machine, as other tools have it. */
	String base() {
		String scheme = LOOPBACK.matcher(this.registry).matches() ? "http" : "https";
		return "%s://%s/v2/%s/".formatted(scheme, this.registry, this.repository);
	}

	@Override
	public String toString() {
		return "oci://%s/%s%s%s".formatted(this.registry, this.repository, isDigest() ? "@" : ":", this.reference);
	}

}
