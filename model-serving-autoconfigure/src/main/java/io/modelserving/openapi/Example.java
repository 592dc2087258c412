package io.modelserving.openapi;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What a response looks like, short enough to be looked at.
 *
 * @param json the content: maps, lists and values
 * @param complete whether nothing was left out
 */
public record Example(Object json, boolean complete) {

	/** How many elements of a long list are shown. */
	public static final int SHOWN = 16;

	/** The description of a response whose example is not complete. */
	public static final String CUT = "; the example shows the first %d elements of long lists".formatted(SHOWN);

	/** Up to here the elements of a list are shown. */
	public static final int MAX_ELEMENTS = 64;

	private static final int MAX_TEXT = 1000;

	/**
	 * Make an example of a response.
	 * @param response the content: maps, lists and values
	 * @return the example, in which long lists and texts are cut
	 */
	public static Example of(Object response) {
		Object cut = cut(response);
		return new Example(cut, cut.equals(response));
	}

	private static Object cut(Object value) {
		if (value instanceof Map<?, ?> map) {
			Map<Object, @Nullable Object> members = new LinkedHashMap<>();
			map.forEach((name, member) -> members.put(name, (member != null) ? cut(member) : null));
			return members;
		}
		if (value instanceof List<?> list) {
			return list.stream()
				.limit((list.size() > MAX_ELEMENTS) ? SHOWN : list.size())
				.map((element) -> (element != null) ? cut(element) : element)
				.toList();
		}
		return (value instanceof String text && text.length() > MAX_TEXT) ? text.substring(0, MAX_TEXT) + "…" : value;
	}

}
