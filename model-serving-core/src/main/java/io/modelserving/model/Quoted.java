package io.modelserving.model;

import java.util.Collection;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Text of others, as messages repeat it: shortened, and without characters that a log or
 * a terminal acts on. Every message that repeats what a caller has sent, or the name of a
 * file or model, quotes it with this class.
 */
public final class Quoted {

	/** The most characters of one text that are repeated. */
	public static final int MAX_LENGTH = 100;

	/** The most entries of a list that are repeated. */
	public static final int MAX_ENTRIES = 10;

	/** The most characters of a whole message. */
	private static final int MAX_MESSAGE = 4000;

	/** A name that was quoted has at most some marks before and after it. */
	private static final Pattern LONG_WORD = Pattern.compile("(\\S{%d})\\S{20,}".formatted(MAX_LENGTH));

	private Quoted() {
	}

	/**
	 * Quote a name.
	 * @param name the name
	 * @return its first {@value #MAX_LENGTH} characters, in quotation marks
	 */
	public static String name(@Nullable String name) {
		return '"' + text(name) + '"';
	}

	/**
	 * Repeat a value.
	 * @param value the value, whose text must not be expensive to make
	 * @return the first {@value #MAX_LENGTH} characters of its text
	 */
	public static String text(@Nullable Object value) {
		return shortened(String.valueOf(value), MAX_LENGTH);
	}

	/**
	 * Quote a list of names.
	 * @param names the names
	 * @return the first {@value #MAX_ENTRIES} of them, each as {@link #name} quotes it,
	 * and how many more there are
	 */
	public static String names(Collection<String> names) {
		return listed(names.stream().limit(MAX_ENTRIES).map(Quoted::name).collect(Collectors.joining(", ")),
				names.size());
	}

	/**
	 * Repeat a list of values.
	 * @param values the values
	 * @return the first {@value #MAX_ENTRIES} of them, each as {@link #text} repeats it,
	 * and how many more there are
	 */
	public static String list(Collection<?> values) {
		return listed(values.stream().limit(MAX_ENTRIES).map(Quoted::text).collect(Collectors.joining(", ")),
				values.size());
	}

	private static String listed(String first, int count) {
		return (count <= MAX_ENTRIES) ? first : "%s and %d more".formatted(first, count - MAX_ENTRIES);
	}

	/**
	 * Limit a whole message, in case that a part of it was not quoted.
	 * @param message the message
	 * @return the message, or the beginning of it, without the rest of very long words
	 */
	public static String message(String message) {
		return LONG_WORD.matcher(limited(message)).replaceAll("$1...");
	}

	static String limited(String message) {
		return shortened(message, MAX_MESSAGE);
	}

	/**
	 * Say whether a text can stand anywhere as it is.
	 * @param text the text
	 * @return {@code false} if it has characters that a log or a terminal acts on
	 */
	public static boolean isPlain(String text) {
		return text.codePoints().noneMatch(Quoted::isUnsafe);
	}

	private static String shortened(String text, int length) {
		if (text.length() <= length) {
			return escaped(text);
		}
		int end = Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length;
		return escaped(text.substring(0, end)) + "...";
	}

	private static String escaped(String text) {
		if (isPlain(text)) {
			return text;
		}
		StringBuilder escaped = new StringBuilder();
		text.codePoints().forEach((character) -> {
			if (isUnsafe(character)) {
				escaped.append("\\u%04x".formatted(character));
			}
			else {
				escaped.appendCodePoint(character);
			}
		});
		return escaped.toString();
	}

	/**
	 * Control characters, line and paragraph separators, marks that change the direction
	 * of what follows, and halves of surrogate pairs.
	 */
	private static boolean isUnsafe(int character) {
		return switch (Character.getType(character)) {
			case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE ->
				true;
			case Character.FORMAT -> character >= 0x200e && character <= 0x2069;
			default -> false;
		};
	}

}
