package io.modelserving.codec;

import java.util.regex.Pattern;
import io.modelserving.model.Quoted;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;

/**
 * Says what is wrong with JSON in words for callers: without the parser's marks of where
 * the text came from, without advice to change a setting of the parser, and without the
 * names of Java types.
 */
public final class JsonProblems {

	/** The setting of a limit, advice to enable another, and where the text came from. */
	private static final Pattern NOT_FOR_CALLERS = Pattern
		.compile(", from `[^`]*`|: enable .*| \\((start marker|for [^()]* starting) at .*|(,? at)? ?\\[Source: .*");

	/** The parser cuts tokens, but not the names of properties. */
	private static final Pattern LONG_QUOTE = Pattern
		.compile("([\"'])([^\"']{%1$d})[^\"']{4,}([\"'])".formatted(Quoted.MAX_LENGTH));

	private JsonProblems() {
	}

	/**
	 * Describe an error.
	 * @param failure what the parser or the mapper threw
	 * @return what is wrong, without the place
	 */
	public static String describe(JacksonException failure) {
		boolean parsing = failure instanceof StreamReadException && !(failure instanceof InputCoercionException);
		if (!parsing && !(failure instanceof StreamConstraintsException)) {
			return "it has another structure than is needed";
		}
		String said = failure.getOriginalMessage().lines().findFirst().orElse("");
		return Quoted.message(LONG_QUOTE.matcher(NOT_FOR_CALLERS.matcher(said).replaceAll("")).replaceAll("$1$2...$3"));
	}

	/**
	 * Say where an error is.
	 * @param failure what the parser or the mapper threw
	 * @return for instance {@code line 1, column 7}; empty if it is not known
	 */
	public static String place(JacksonException failure) {
		TokenStreamLocation location = failure.getLocation();
		return (location == null || location.getLineNr() < 1) ? ""
				: "line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
	}

}
