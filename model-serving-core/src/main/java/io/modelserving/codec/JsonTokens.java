package io.modelserving.codec;

import tools.jackson.core.JsonToken;

/**
 * Names tokens in messages.
 */
final class JsonTokens {

	private JsonTokens() {
	}

	static String describe(JsonToken token) {
		return switch (token) {
			case START_OBJECT -> "an object";
			case START_ARRAY -> "an array";
			case VALUE_STRING -> "a string";
			case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
			case VALUE_TRUE, VALUE_FALSE -> "a boolean";
			case VALUE_NULL -> "null";
			default -> "missing";
		};
	}

}
