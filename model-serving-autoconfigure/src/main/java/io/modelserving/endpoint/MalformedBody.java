package io.modelserving.endpoint;

import java.util.List;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.PropertyBindingException;

/**
 * Says what is wrong with JSON that cannot be read, and where, in words of JSON and
 * without the names of Java types.
 */
final class MalformedBody {

	private MalformedBody() {
	}

	/**
	 * Describe an error.
	 * @param failure what reading the body threw
	 * @return the field, what is wrong with it, and the line and column, as far as they
	 * are known
	 */
	static String describe(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof JacksonException json) {
				return describe(json);
			}
		}
		return "The body cannot be read";
	}

	private static String describe(JacksonException failure) {
		boolean syntax = failure instanceof StreamReadException && !(failure instanceof InputCoercionException);
		String field = syntax ? "" : field(failure.getPath());
		String text = (field.isEmpty() ? "The body" : "\"" + field + "\"") + " " + reason(failure);
		TokenStreamLocation location = failure.getLocation();
		return (location == null || location.getLineNr() < 1) ? text
				: "%s (line %d, column %d)".formatted(text, location.getLineNr(), location.getColumnNr());
	}

	private static String reason(JacksonException failure) {
		if (failure instanceof InputCoercionException number) {
			return "is not " + JsonTypes.describe(number.getTargetType());
		}
		if (failure instanceof StreamReadException) {
			return "is no valid JSON: " + firstLine(failure.getOriginalMessage());
		}
		if (failure instanceof PropertyBindingException unknown) {
			return "is unknown; there are " + unknown.getKnownPropertyIds();
		}
		if (failure instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
			return mismatch(mismatch);
		}
		return "cannot be read";
	}

	private static String mismatch(MismatchedInputException failure) {
		Class<?> target = failure.getTargetType();
		JsonToken token = failure.getCurrentToken();
		if (token == null) {
			return "is empty or ends too early; it must be " + JsonTypes.describe(target);
		}
		if (token == JsonToken.VALUE_NULL && target.isArray()) {
			target = target.getComponentType();
		}
		boolean valued = failure instanceof InvalidFormatException && !target.isArray();
		return "is %s, which is not %s".formatted(
				valued ? quoted(((InvalidFormatException) failure).getValue()) : JsonTypes.describe(token),
				JsonTypes.describe(target));
	}

	private static String quoted(Object value) {
		String text = String.valueOf(value);
		String shortened = (text.length() > 50) ? text.substring(0, 50) + "..." : text;
		return (value instanceof CharSequence) ? "\"" + shortened + "\"" : shortened;
	}

	/** The parser's words, without its advice to change a setting of it. */
	private static String firstLine(String message) {
		return message.lines().findFirst().orElse("").replaceFirst(": enable .*", "");
	}

	private static String field(List<JacksonException.Reference> path) {
		StringBuilder field = new StringBuilder();
		for (JacksonException.Reference reference : path) {
			if (reference.getPropertyName() != null) {
				field.append(field.isEmpty() ? "" : ".").append(reference.getPropertyName());
			}
			else {
				field.append('[').append(reference.getIndex()).append(']');
			}
		}
		return field.toString();
	}

}
