package io.modelserving.codec;

import java.util.Arrays;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.Quoted;
import io.modelserving.tensor.Shape;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.InputCoercionException;

/**
 * Reads shapes.
 */
final class JsonShapes {

	private static final int MAX_RANK = 32;

	private JsonShapes() {
	}

	/**
	 * Read the value that the parser is at.
	 * @param parser the parser, left at the last token of the value
	 * @param label the tensor, as messages name it
	 * @return the shape, of at most {@value #MAX_RANK} dimensions, each in the positive
	 * range of {@code int}
	 */
	static Shape read(JsonParser parser, String label) {
		if (parser.currentToken() != JsonToken.START_ARRAY) {
			throw new InvalidInput(
					"%s: shape is %s; an array is needed".formatted(label, JsonTokens.describe(parser.currentToken())));
		}
		long[] dimensions = new long[MAX_RANK];
		int rank = 0;
		for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
			if (rank == MAX_RANK) {
				throw new InvalidInput("%s: shape has more than %d dimensions".formatted(label, MAX_RANK));
			}
			dimensions[rank] = dimension(parser, label, token, rank);
			rank++;
		}
		return Shape.of(Arrays.copyOf(dimensions, rank));
	}

	private static long dimension(JsonParser parser, String label, JsonToken token, int index) {
		if (token != JsonToken.VALUE_NUMBER_INT) {
			throw new InvalidInput("%s: dimension %d of the shape is %s; an integer is needed".formatted(label, index,
					JsonTokens.describe(token)));
		}
		try {
			int dimension = parser.getIntValue();
			if (dimension >= 0) {
				return dimension;
			}
		}
		catch (InputCoercionException ex) {
			// as bad as a negative one
		}
		throw new InvalidInput("%s: dimension %d of the shape is %s; it must be 0 to %d".formatted(label, index,
				Quoted.text(parser.getString()), Integer.MAX_VALUE));
	}

}
