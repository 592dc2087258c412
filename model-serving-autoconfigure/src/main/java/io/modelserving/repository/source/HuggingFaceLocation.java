package io.modelserving.repository.source;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * A location such as {@code hf:org/name@revision/onnx/model.onnx}. Pure.
 *
 * @param repository the name of the repository, with its organization if it has one
 * @param revision a branch, a tag or a commit
 * @param path the file in it, or {@code null} if it is to be found
 */
record HuggingFaceLocation(String repository, String revision, @Nullable String path) {

	private static final String NAME = "[A-Za-z0-9_][A-Za-z0-9._-]{0,95}";

	private static final Pattern LOCATION = Pattern
		.compile("(?i:hf):(?://)?(?:(%1$s(?:/%1$s)?)@([^/@]+)|(%1$s/%1$s)|(%1$s))(?:/(.+))?".formatted(NAME));

	private static final Pattern REVISION = Pattern
		.compile("[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*");

	private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

	static HuggingFaceLocation of(String location) {
		Matcher matcher = LOCATION.matcher(location);
		if (!matcher.matches() || location.contains("..") || (matcher.group(4) != null && matcher.group(5) != null)) {
			throw new IllegalArgumentException(
					"is no repository: write hf:organization/name, with @revision and /file.onnx after it if wanted");
		}
		String repository = (matcher.group(1) != null) ? matcher.group(1)
				: (matcher.group(3) != null) ? matcher.group(3) : matcher.group(4);
		String revision = (matcher.group(2) != null) ? URLDecoder.decode(matcher.group(2), StandardCharsets.UTF_8)
				: "main";
		if (repository.contains("--") || !REVISION.matcher(revision).matches() || revision.contains("..")) {
			throw new IllegalArgumentException("has a repository or a revision of an impossible name");
		}
		String path = matcher.group(5);
		if (path != null && RelativeNames.resolve(Path.of(""), path).isEmpty()) {
			throw new IllegalArgumentException("names a file outside of the repository");
		}
		return new HuggingFaceLocation(repository, revision, path);
	}

	boolean isCommit() {
		return isCommit(this.revision);
	}

	static boolean isCommit(String text) {
		return COMMIT.matcher(text).matches();
	}

	@Override
	public String toString() {
		return "hf:%s@%s%s".formatted(this.repository, this.revision, (this.path != null) ? "/" + this.path : "");
	}

}
