package io.modelserving.codec;

import io.modelserving.model.Quoted;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * An input of a request, as its JSON has it.
 *
 * @param name the name
 * @param dataType the type of its elements
 * @param shape the shape
 * @param elements the number of elements
 * @param tensor the tensor, or {@code null} if its elements follow the JSON as bytes
 * @param binarySize the number of those bytes
 */
record InputHeader(String name, DataType dataType, Shape shape, int elements, @Nullable Tensor tensor, int binarySize) {

	String label() {
		return label(this.name);
	}

	static String label(String name) {
		return "input " + Quoted.name(name);
	}

}
