package io.modelserving.codec;

import java.io.ByteArrayOutputStream;

import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Elements that arrive before their type or their shape. They are kept as text, each
 * number to the digit, until both are known.
 *
 * @param text the elements; whatever is in objects, which are none, is left out
 */
record DeferredData(JsonText text) {

	/**
	 * Take the value that the parser is at.
	 * @param parser the parser, left at the last token of the value
	 * @return the value
	 */
	static DeferredData take(JsonParser parser) {
		ByteArrayOutputStream kept = new ByteArrayOutputStream();
		try (JsonGenerator generator = JsonText.FACTORY.createGenerator(kept, JsonEncoding.UTF8)) {
			int depth = copy(parser, parser.currentToken(), generator);
			while (depth > 0) {
				depth += copy(parser, parser.nextToken(), generator);
			}
		}
		return new DeferredData(new JsonText(kept.toByteArray(), 0, kept.size()));
	}

	private static int copy(JsonParser parser, JsonToken token, JsonGenerator generator) {
		switch (token) {
			case START_ARRAY -> {
				generator.writeStartArray();
				return 1;
			}
			case END_ARRAY -> {
				generator.writeEndArray();
				return -1;
			}
			case START_OBJECT -> {
				parser.skipChildren();
				generator.writeStartObject();
				generator.writeEndObject();
			}
			case VALUE_STRING -> generator.writeString(parser.getString());
			case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> generator.writeNumber(parser.getString());
			case VALUE_TRUE, VALUE_FALSE -> generator.writeBoolean(token == JsonToken.VALUE_TRUE);
			default -> generator.writeNull();
		}
		return 0;
	}

}
