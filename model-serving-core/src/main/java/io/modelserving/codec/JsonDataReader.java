package io.modelserving.codec;

import java.util.Arrays;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads the elements of one tensor: flat, row-major, or nested as the shape is.
 */
final class JsonDataReader {

	private final JsonParser parser;

	private final String label;

	private final DataType dataType;

	private final Shape shape;

	private final ByteBudget budget;

	JsonDataReader(JsonParser parser, String label, DataType dataType, Shape shape, ByteBudget budget) {
		this.parser = parser;
		this.label = label;
		this.dataType = dataType;
		this.shape = shape;
		this.budget = budget;
	}

	/**
	 * Read the value that the parser is at.
	 * @return the tensor; the parser is at the last token of the value
	 */
	Tensor read() {
		int elements = this.budget.take(this.label, this.dataType, this.shape);
		ElementSink sink = (this.dataType == DataType.BYTES) ? new StringElements(this.parser, this.label, elements)
				: new NumericElements(this.parser, this.label, this.dataType, elements);
		readInto(sink, elements);
		return sink.toTensor(this.shape);
	}

	private void readInto(ElementSink sink, int elements) {
		JsonToken token = this.parser.currentToken();
		if (this.shape.rank() == 0 && token.isScalarValue()) {
			sink.put(token);
			return;
		}
		if (token != JsonToken.START_ARRAY) {
			throw new InvalidInput(
					"%s: data is %s; an array is needed".formatted(this.label, JsonTokens.describe(token)));
		}
		JsonToken first = this.parser.nextToken();
		if (first == JsonToken.START_ARRAY && this.shape.rank() > 1) {
			nested(sink, first, new long[this.shape.rank()], 0);
		}
		else {
			flat(sink, first, elements);
		}
	}

	private void flat(ElementSink sink, JsonToken first, int elements) {
		int count = 0;
		for (JsonToken token = first; token != JsonToken.END_ARRAY; token = this.parser.nextToken()) {
			if (count == elements) {
				throw wrongCount(count(count + countRest(), "element"), elements);
			}
			sink.put(token);
			count++;
		}
		if (count != elements) {
			throw wrongCount(count(count, "element"), elements);
		}
	}

	private void nested(ElementSink sink, JsonToken first, long[] path, int depth) {
		long size = this.shape.dimension(depth);
		boolean innermost = depth == path.length - 1;
		long count = 0;
		for (JsonToken token = first; token != JsonToken.END_ARRAY; token = this.parser.nextToken()) {
			if (count == size) {
				throw wrongCount(nestedCount(count + countRest(), path, depth), size);
			}
			path[depth] = count;
			if (innermost) {
				sink.put(token);
			}
			else if (token == JsonToken.START_ARRAY) {
				nested(sink, this.parser.nextToken(), path, depth + 1);
			}
			else {
				throw new InvalidInput("%s: %s at %s where shape %s takes an array".formatted(this.label,
						JsonTokens.describe(token), Arrays.toString(Arrays.copyOf(path, depth + 1)), this.shape));
			}
			count++;
		}
		if (count != size) {
			throw wrongCount(nestedCount(count, path, depth), size);
		}
	}

	private long countRest() {
		long count = 0;
		do {
			this.parser.skipChildren();
			count++;
		}
		while (this.parser.nextToken() != JsonToken.END_ARRAY);
		return count;
	}

	private static String nestedCount(long count, long[] path, int depth) {
		String found = count(count, (depth == path.length - 1) ? "element" : "array");
		return (depth == 0) ? found : "%s at %s".formatted(found, Arrays.toString(Arrays.copyOf(path, depth)));
	}

	private static String count(long count, String what) {
		return "%d %s%s".formatted(count, what, (count == 1) ? "" : "s");
	}

	private InvalidInput wrongCount(String found, long expected) {
		return new InvalidInput("%s: %s where shape %s takes %d".formatted(this.label, found, this.shape, expected));
	}

}
