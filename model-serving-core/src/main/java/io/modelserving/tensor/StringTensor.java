package io.modelserving.tensor;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * A tensor of strings, none of them null.
 */
public final class StringTensor implements Tensor {

	private final Shape shape;

	private final List<String> elements;

	StringTensor(Shape shape, String[] elements) {
		this(shape, Collections.unmodifiableList(Arrays.asList(elements)));
		for (int i = 0; i < elements.length; i++) {
			if (elements[i] == null) {
				throw new IllegalArgumentException("element %d is null; a string is needed".formatted(i));
			}
		}
	}

	private StringTensor(Shape shape, List<String> elements) {
		int expected = shape.requireElementCount();
		if (expected != elements.size()) {
			throw new IllegalArgumentException(
					"BYTES%s takes %d elements, not %d".formatted(shape, expected, elements.size()));
		}
		this.shape = shape;
		this.elements = elements;
	}

	@Override
	public DataType dataType() {
		return DataType.BYTES;
	}

	@Override
	public Shape shape() {
		return this.shape;
	}

	/**
	 * Return the elements, row-major.
	 * @return an unmodifiable list
	 */
	public List<String> elements() {
		return this.elements;
	}

	@Override
	public StringTensor slice(int from, int to) {
		if (from < 0 || to < from || to > rows()) {
			throw new IndexOutOfBoundsException("rows %d to %d of %d".formatted(from, to, rows()));
		}
		int perRow = Math.toIntExact(this.shape.elementsPerRow());
		return new StringTensor(this.shape.with(0, to - from), this.elements.subList(from * perRow, to * perRow));
	}

	@Override
	public String toString() {
		return "BYTES" + this.shape;
	}

}
