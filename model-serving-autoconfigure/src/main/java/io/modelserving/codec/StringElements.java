package io.modelserving.codec;

import io.modelserving.tensor.DataType;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Strings of a tensor in the making.
 */
final class StringElements implements ElementSink {

	private final JsonParser parser;

	private final ElementErrors errors;

	private final String[] elements;

	private int count;

	StringElements(JsonParser parser, String label, int elements) {
		this.parser = parser;
		this.errors = new ElementErrors(label, DataType.BYTES);
		this.elements = new String[elements];
	}

	@Override
	public void put(JsonToken token) {
		if (token != JsonToken.VALUE_STRING) {
			throw this.errors.unexpected(this.count, token);
		}
		this.elements[this.count++] = this.parser.getString();
	}

	@Override
	public Tensor toTensor(Shape shape) {
		return Tensor.of(shape, this.elements);
	}

}
