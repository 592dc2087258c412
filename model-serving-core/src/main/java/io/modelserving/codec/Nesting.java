package io.modelserving.codec;

import java.util.Arrays;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.tensor.Shape;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * How elements are nested, as the first array of each level shows. Whether the others are
 * alike is for the reader of the elements to find out.
 *
 * @param shape the number of entries of each level
 * @param elements the number of elements of all arrays
 */
record Nesting(Shape shape, long elements) {

	private static final int MAX_DEPTH = 32;

	static Nesting of(JsonText data) {
		long[] sizes = new long[MAX_DEPTH + 1];
		boolean[] closed = new boolean[MAX_DEPTH + 1];
		int depth = 0;
		int deepest = 0;
		long elements = 0;
		try (JsonParser parser = data.parser()) {
			for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
				if (token == JsonToken.END_ARRAY) {
					closed[depth--] = true;
					continue;
				}
				sizes[depth] += closed[depth] ? 0 : 1;
				if (token == JsonToken.START_ARRAY) {
					depth++;
					deepest = Math.max(deepest, requireDepth(depth));
				}
				else {
					parser.skipChildren();
					elements++;
				}
			}
		}
		return new Nesting(Shape.of(Arrays.copyOfRange(sizes, 1, deepest + 1)), elements);
	}

	private static int requireDepth(int depth) {
		if (depth > MAX_DEPTH) {
			throw new InvalidInput("arrays are nested more than %d deep".formatted(MAX_DEPTH));
		}
		return depth;
	}

	/**
	 * Return the shape of the tensor.
	 * @param pattern the shape that the model takes
	 * @return the nesting, or where elements are flat and the pattern is not, the pattern
	 * with its only dynamic dimension such that they fit
	 */
	Shape shapeFor(Shape pattern) {
		if (this.shape.rank() > 1 || this.shape.rank() == pattern.rank()) {
			return this.shape;
		}
		int dynamic = -1;
		long fixed = 1;
		for (int i = 0; i < pattern.rank(); i++) {
			if (pattern.dimension(i) != Shape.DYNAMIC) {
				fixed = Math.multiplyExact(fixed, pattern.dimension(i));
			}
			else if (dynamic >= 0) {
				return this.shape;
			}
			else {
				dynamic = i;
			}
		}
		if (dynamic < 0) {
			return (fixed == this.elements) ? pattern : this.shape;
		}
		return (fixed > 0 && this.elements % fixed == 0) ? pattern.with(dynamic, this.elements / fixed) : this.shape;
	}

}
