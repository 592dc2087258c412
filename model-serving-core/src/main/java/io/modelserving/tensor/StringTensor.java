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
		return slice(0, from, to);
	}

	@Override
	public StringTensor slice(int axis, int from, int to) {
		Shape part = this.shape.part(axis, from, to);
		if (Concatenation.runs(this.shape, axis) != 1) {
			return new StringTensor(part, Concatenation.part(this, axis, from, part));
		}
		int size = Math.toIntExact(part.elementCount());
		int begin = (to > from) ? size / (to - from) * from : 0;
		return new StringTensor(part, this.elements.subList(begin, begin + size));
	}

	@Override
	public String toString() {
		return "BYTES" + this.shape;
	}

}
