package io.modelserving.codec;

import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import tools.jackson.core.JsonToken;

/**
 * Takes the elements of one tensor, row-major. Never given more elements than it was made
 * for.
 */
interface ElementSink {

	/**
	 * Take the element that the parser is at.
	 * @param token the parser's token
	 * @throws io.modelserving.model.InferenceException.InvalidInput if the token is no
	 * element of the tensor's type; the message names its index
	 */
	void put(JsonToken token);

	Tensor toTensor(Shape shape);

}
