package io.modelserving.endpoint;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Collection;

import io.modelserving.model.Quoted;

import tools.jackson.core.JsonToken;

import org.springframework.util.ClassUtils;

/**
 * Words for what JSON can hold.
 */
final class JsonTypes {

	private JsonTypes() {
	}

	/**
	 * Describe what is needed to make a value of a Java type.
	 * @param type the type
	 * @return for instance {@code a number}
	 */
	static String describe(Class<?> type) {
		Class<?> boxed = ClassUtils.resolvePrimitiveIfNecessary(type);
		if ((boxed.isArray() && boxed != byte[].class) || Collection.class.isAssignableFrom(boxed)) {
			return "an array";
		}
		if (boxed.isEnum()) {
			return "one of [%s]".formatted(Quoted.list(Arrays.asList(boxed.getEnumConstants())));
		}
		if (boxed == Boolean.class) {
			return "true or false";
		}
		if (boxed == byte[].class) {
			return "text in Base64";
		}
		if (Number.class.isAssignableFrom(boxed)) {
			return number(boxed);
		}
		return CharSequence.class.isAssignableFrom(boxed) ? "text" : describeOther(boxed);
	}

	private static String number(Class<?> type) {
		if (type == Float.class || type == Double.class || type == BigDecimal.class) {
			return "a number";
		}
		return "a whole number" + ((type == BigInteger.class) ? "" : " in the range of " + bits(type));
	}

	private static String bits(Class<?> type) {
		if (type == Byte.class) {
			return "8 bits";
		}
		if (type == Short.class) {
			return "16 bits";
		}
		return (type == Integer.class) ? "32 bits" : "64 bits";
	}

	private static String describeOther(Class<?> type) {
		return type.getName().startsWith("java.time.") ? "a date or time" : "an object";
	}

	/**
	 * Describe what stands there.
	 * @param token the token
	 * @return for instance {@code an array}
	 */
	static String describe(JsonToken token) {
		return switch (token) {
			case START_OBJECT, END_OBJECT, PROPERTY_NAME -> "an object";
			case START_ARRAY, END_ARRAY -> "an array";
			case VALUE_STRING -> "text";
			case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
			case VALUE_TRUE, VALUE_FALSE -> "true or false";
			case VALUE_NULL -> "null";
			case VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE -> "something else";
		};
	}

}
