package io.modelserving.endpoint;

import java.util.LinkedHashMap;
import java.util.Map;

import io.modelserving.model.Quoted;

import org.jspecify.annotations.Nullable;

/**
 * What is wrong with one field of a request.
 *
 * @param field the path of the field, for instance {@code items[2].text}; empty for the
 * request as a whole
 * @param message what would be right
 * @param rejected the value, or {@code null} if it is missing or too large to repeat
 */
public record InvalidField(String field, String message, @Nullable Object rejected) {

	/**
	 * Describe a mistake.
	 * @param field the path of the field
	 * @param message what would be right
	 * @param value the value, which is left out if it is missing or too large to repeat
	 * @return the description
	 */
	public static InvalidField of(String field, String message, @Nullable Object value) {
		boolean repeatable = value instanceof Number || value instanceof Boolean || value instanceof Enum<?>
				|| (value instanceof CharSequence text && text.length() <= Quoted.MAX_LENGTH);
		return new InvalidField(Quoted.text(field), Quoted.message(message), repeatable ? value : null);
	}

	/**
	 * Return the entry of a problem's {@code errors}.
	 * @return {@code field}, {@code message} and, if there is one, {@code rejected}
	 */
	Map<String, Object> toMap() {
		Map<String, Object> map = new LinkedHashMap<>();
		map.put("field", this.field);
		map.put("message", this.message);
		if (this.rejected != null) {
			boolean finite = !(this.rejected instanceof Number number) || Double.isFinite(number.doubleValue());
			map.put("rejected", finite ? this.rejected : this.rejected.toString());
		}
		return map;
	}

}
