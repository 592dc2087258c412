package io.modelserving.endpoint;

import java.io.CharConversionException;
import java.util.List;

import io.modelserving.codec.JsonProblems;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.Quoted;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.PropertyBindingException;

import org.springframework.http.MediaType;

/**
 * Says what is wrong with a body that cannot be read, and where, in words of JSON and
 * without the names of Java types.
 */
final class MalformedBody {

	private MalformedBody() {
	}

	/**
	 * Describe an error.
	 * @param failure what reading the body threw
	 * @param mediaType what the body is said to be
	 * @return the field, what is wrong with it, and the line and column, as far as they
	 * are known
	 */
	static String describe(Throwable failure, MediaType mediaType) {
		String format = MediaType.APPLICATION_JSON.equalsTypeAndSubtype(mediaType)
				|| "json".equals(mediaType.getSubtypeSuffix()) ? "JSON"
						: mediaType.getType() + "/" + mediaType.getSubtype();
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof JacksonException broken) {
				return describe(broken, format);
			}
			if (cause instanceof InvalidInput) {
				return String.valueOf(cause.getMessage());
			}
		}
		return "The body cannot be read";
	}

	private static String describe(JacksonException failure, String format) {
		boolean syntax = failure instanceof StreamReadException && !(failure instanceof InputCoercionException);
		String field = syntax ? "" : field(failure.getPath());
		String text = (field.isEmpty() ? "The body" : Quoted.name(field)) + " " + reason(failure, format);
		String place = JsonProblems.place(failure);
		return place.isEmpty() ? text : "%s (%s)".formatted(text, place);
	}

	private static String reason(JacksonException failure, String format) {
		if (failure instanceof InputCoercionException number) {
			return "is not " + JsonTypes.describe(number.getTargetType());
		}
		if (failure.getCause() instanceof CharConversionException) {
			return "is no valid %s: it is not text in UTF-8".formatted(format);
		}
		if (failure instanceof StreamReadException) {
			return "is no valid %s: %s".formatted(format, JsonProblems.describe(failure));
		}
		if (failure instanceof StreamConstraintsException) {
			return "is too much to be read: " + JsonProblems.describe(failure);
		}
		if (failure instanceof PropertyBindingException unknown && unknown.getKnownPropertyIds() != null) {
			return "is unknown; there are [%s]".formatted(Quoted.list(unknown.getKnownPropertyIds()));
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
		if (failure.getOriginalMessage().startsWith("Trailing token")) {
			return "goes on behind its end";
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
		return (value instanceof CharSequence) ? Quoted.name(value.toString()) : Quoted.text(value);
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
