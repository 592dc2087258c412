package io.modelserving.codec;

import io.modelserving.model.InferenceException.InvalidInput;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.core.json.JsonWriteFeature;

/**
 * A part of some bytes that is JSON in UTF-8. Numbers that are not finite may stand as
 * they are: {@code NaN}, {@code Infinity}, {@code -Infinity}. Numbers are parsed by an
 * algorithm that gives the nearest value, as the JDK does, in less time.
 */
final class JsonText {

	static final JsonFactory FACTORY = JsonFactory.builder()
		.enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
		.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
		.enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
		.disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
		.enable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
		.enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
		.enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
		.disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
		.streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(100).build())
		.build();

	private final byte[] bytes;

	private final int offset;

	private final int length;

	JsonText(byte[] bytes, int offset, int length) {
		this.bytes = bytes;
		this.offset = offset;
		this.length = length;
	}

	int length() {
		return this.length;
	}

	JsonParser parser() {
		return FACTORY.createParser(this.bytes, this.offset, this.length);
	}

	/**
	 * Return the part of this text that is a value, without reading it.
	 * @param parser the parser of this text, at the first token of the value; left at the
	 * last
	 * @return the part
	 */
	JsonText slice(JsonParser parser) {
		long from = parser.currentTokenLocation().getByteOffset();
		parser.skipChildren();
		parser.finishToken();
		long to = parser.currentLocation().getByteOffset();
		if (from < 0) {
			throw new InvalidInput("the text is not in UTF-8");
		}
		return new JsonText(this.bytes, this.offset + (int) from, (int) (to - from));
	}

	/**
	 * Say where the text is broken.
	 * @param ex what the parser said
	 * @return the exception for the caller
	 */
	static InvalidInput broken(JacksonException ex) {
		if (ex instanceof JacksonIOException) {
			return new InvalidInput("the body breaks off", ex);
		}
		String place = JsonProblems.place(ex);
		return new InvalidInput(
				"broken JSON%s: %s".formatted(place.isEmpty() ? "" : " at " + place, JsonProblems.describe(ex)), ex);
	}

}
