package io.modelserving.model;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Makes of the reason for a state what anybody may read: files without the directories
 * that they are in, and nothing of the source or the classes of the server and its
 * libraries. The log and the actuator's models endpoint have the whole reason.
 */
final class PublicReason {

	/** Stands for a reason that cannot be shown without what is internal. */
	static final String IN_LOG = "the log has the reason";

	private static final Pattern ADDRESS = Pattern.compile("(?!file:)\\b[A-Za-z][A-Za-z0-9+.-]*://[^\\s\"']*/");

	/** Where the runtime says in which line of its source it failed. */
	private static final Pattern SOURCE_LINE = Pattern
		.compile("\\S+\\.(?:cc|cpp|cu|h|hpp):\\d+ .*?(?:\\[\\w+Error\\] : \\d+ : \\w+ : |\\) (?=[A-Z]))");

	private static final Pattern INTERNAL = Pattern
		.compile("(?<![\\w.\\-])[/\\\\]\\w|\\b[A-Za-z]:\\\\|onnxruntime(?:_src|::)|\\.(?:cc|cpp|cu|h|hpp|java):\\d"
				+ "|\\[Source|REDACTED|JsonToken|\\b[a-z][\\w$]*\\.[a-z][\\w$]*\\.(?:[\\w$.]*\\.)?[A-Z]\\w*"
				+ "|\\b[A-Z]\\w*(?:Exception|Error)\\b");

	private static final List<String> SCHEMES = List.of("file:", "nested:", "jar:");

	/** What ends a path, beside a space that no name goes on after. */
	private static final String ENDS = "\"'`,;:()[]\n\r\t";

	private PublicReason() {
	}

	static String of(String reason) {
		String shown = SOURCE_LINE.matcher(Quoted.limited(reason)).replaceAll("");
		shown = withoutDirectories(ADDRESS.matcher(shown).replaceAll("")).strip();
		return INTERNAL.matcher(shown).find() ? IN_LOG : shown;
	}

	private static String withoutDirectories(String text) {
		StringBuilder shown = new StringBuilder();
		int i = 0;
		while (i < text.length()) {
			if (beginsPath(text, i)) {
				removeScheme(shown);
				i = endOfDirectory(text, i);
			}
			else {
				shown.append(text.charAt(i++));
			}
		}
		return shown.toString();
	}

	private static boolean beginsPath(String text, int index) {
		return isSeparator(text, index) && !isSpaceOrEnd(text, index + 1)
				&& (index == 0 || !isPartOfName(text.charAt(index - 1)));
	}

	private static boolean isPartOfName(char character) {
		return Character.isLetterOrDigit(character) || "_.-".indexOf(character) >= 0;
	}

	/** Names may have spaces within, such as that of a drive or a user. */
	private static int endOfDirectory(String text, int begin) {
		int end = begin + 1;
		for (int i = begin; i < text.length(); i++) {
			if (isSeparator(text, i)) {
				end = i + 1;
			}
			else if (isSpaceOrEnd(text, i) && (text.charAt(i) != ' ' || isSeparator(text, i - 1)
					|| isSeparator(text, i + 1) || isSpaceOrEnd(text, i + 1))) {
				return end;
			}
		}
		return end;
	}

	private static boolean isSeparator(String text, int index) {
		return index < text.length() && (text.charAt(index) == '/' || text.charAt(index) == '\\');
	}

	private static boolean isSpaceOrEnd(String text, int index) {
		return index >= text.length() || text.charAt(index) == ' ' || ENDS.indexOf(text.charAt(index)) >= 0;
	}

	private static void removeScheme(StringBuilder shown) {
		for (String scheme : SCHEMES) {
			if (shown.length() >= scheme.length() && shown.indexOf(scheme, shown.length() - scheme.length()) >= 0) {
				shown.setLength(shown.length() - scheme.length());
			}
		}
		int length = shown.length();
		boolean drive = length >= 2 && shown.charAt(length - 1) == ':' && Character.isLetter(shown.charAt(length - 2))
				&& (length == 2 || !isPartOfName(shown.charAt(length - 3)));
		shown.setLength(drive ? length - 2 : length);
	}

}
