package io.modelserving.repository.source;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A SHA-256 that a file must have.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record Checksum(String hex) {

	private static final Pattern TEXT = Pattern.compile("(?:sha256:)?([0-9a-fA-F]{64})");

	/**
	 * Parse what users write. Property binding finds this method by its name.
	 * @param text {@code sha256:} and 64 hexadecimal digits
	 * @return the checksum
	 * @throws IllegalArgumentException if the text is something else
	 */
	public static Checksum of(String text) {
		Matcher matcher = TEXT.matcher(text.strip());
		if (!matcher.matches()) {
			throw new IllegalArgumentException(
					"\"%s\" is no checksum; it must be \"sha256:\" and 64 hexadecimal digits".formatted(text));
		}
		return new Checksum(matcher.group(1).toLowerCase(Locale.ROOT));
	}

	@Override
	public String toString() {
		return "sha256:" + this.hex;
	}

}
