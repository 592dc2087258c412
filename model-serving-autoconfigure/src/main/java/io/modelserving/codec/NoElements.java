package io.modelserving.codec;

import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import tools.jackson.core.JsonToken;

/**
 * Drops elements: for a tensor that is known to be incomplete, so that its elements can
 * be counted without memory for those that its shape promises.
 *
 * @param label the tensor, as messages name it
 */
record NoElements(String label) implements ElementSink {

	@Override
	public void put(JsonToken token) {
	}

	@Override
	public Tensor toTensor(Shape shape) {
		throw new IllegalStateException("%s: the elements were dropped".formatted(this.label));
	}

}
