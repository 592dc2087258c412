package io.modelserving.codec;

import java.util.LinkedHashMap;
import java.util.Map;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.Quoted;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads and writes {@code parameters}: strings, booleans and numbers by name.
 */
final class JsonParameters {

	private JsonParameters() {
	}

	/**
	 * Read the value that the parser is at.
	 * @param parser the parser, left at the last token of the value
	 * @return the parameters; those that are null are left out. Numbers are {@code Long},
	 * {@code BigInteger} beyond its range, or {@code Double}
	 */
	static Map<String, Object> read(JsonParser parser) {
		if (parser.currentToken() == JsonToken.VALUE_NULL) {
			return Map.of();
		}
		if (parser.currentToken() != JsonToken.START_OBJECT) {
			throw new InvalidInput(
					"parameters is %s; an object is needed".formatted(JsonTokens.describe(parser.currentToken())));
		}
		Map<String, Object> parameters = new LinkedHashMap<>();
		for (String name = parser.nextName(); name != null; name = parser.nextName()) {
			RequestBounds.requireParameters(parameters.size() + 1);
			JsonToken token = parser.nextToken();
			switch (token) {
				case VALUE_STRING -> parameters.put(name, parser.getString());
				case VALUE_TRUE, VALUE_FALSE -> parameters.put(name, token == JsonToken.VALUE_TRUE);
				case VALUE_NUMBER_FLOAT -> parameters.put(name, parser.getDoubleValue());
				case VALUE_NUMBER_INT -> parameters.put(name, integer(parser));
				case VALUE_NULL -> {
				}
				default -> throw new InvalidInput("parameter %s is %s; a string, a number or a boolean is needed"
					.formatted(Quoted.name(name), JsonTokens.describe(token)));
			}
		}
		return parameters;
	}

	private static Number integer(JsonParser parser) {
		return (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) ? parser.getBigIntegerValue()
				: (Number) parser.getLongValue();
	}

	/**
	 * Write the property {@code parameters}, unless there are none.
	 * @param generator the generator, inside of an object
	 * @param parameters the parameters
	 */
	static void write(JsonGenerator generator, Map<String, Object> parameters) {
		if (parameters.isEmpty()) {
			return;
		}
		generator.writeObjectPropertyStart("parameters");
		parameters.forEach((name, value) -> {
			generator.writeName(name);
			if (value instanceof Boolean flag) {
				generator.writeBoolean(flag);
			}
			else if (value instanceof Number number) {
				generator.writeNumber(number.toString());
			}
			else {
				generator.writeString(value.toString());
			}
		});
		generator.writeEndObject();
	}

}
