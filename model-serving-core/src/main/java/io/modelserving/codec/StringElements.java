package io.modelserving.codec;

import java.util.ArrayList;
import java.util.List;

import io.modelserving.tensor.DataType;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Strings of a tensor in the making.
 */
final class StringElements implements ElementSink {

	/** How many strings a shape alone may claim memory for. */
	static final int FIRST_ELEMENTS = 1024;

	private final JsonParser parser;

	private final ElementErrors errors;

	private final List<String> elements;

	StringElements(JsonParser parser, String label, int elements) {
		this.parser = parser;
		this.errors = new ElementErrors(label, DataType.BYTES);
		this.elements = new ArrayList<>(Math.min(elements, FIRST_ELEMENTS));
	}

	@Override
	public void put(JsonToken token) {
		if (token != JsonToken.VALUE_STRING) {
			throw this.errors.unexpected(this.elements.size(), token);
		}
		this.elements.add(this.parser.getString());
	}

	@Override
	public Tensor toTensor(Shape shape) {
		return Tensor.of(shape, this.elements.toArray(String[]::new));
	}

}
