package io.modelserving.codec;

import org.jspecify.annotations.Nullable;

/**
 * The messages of onnx.proto on the ways from a model to its tensors.
 */
enum OnnxMessage {

	MODEL, TRAINING_INFO, FUNCTION, GRAPH, NODE, ATTRIBUTE, SPARSE_TENSOR, TENSOR, EXTERNAL_DATA;

	/**
	 * Return what is in a field.
	 * @param field the number of the field
	 * @return the message, or {@code null} if there is none on the way to a tensor
	 */
	@Nullable OnnxMessage at(int field) {
		return switch (this) {
			case MODEL -> switch (field) {
				case 7 -> GRAPH;
				case 20 -> TRAINING_INFO;
				case 25 -> FUNCTION;
				default -> null;
			};
			case TRAINING_INFO -> (field == 1 || field == 2) ? GRAPH : null;
			case FUNCTION -> switch (field) {
				case 7 -> NODE;
				case 11 -> ATTRIBUTE;
				default -> null;
			};
			case GRAPH -> switch (field) {
				case 1 -> NODE;
				case 5 -> TENSOR;
				case 15 -> SPARSE_TENSOR;
				default -> null;
			};
			case NODE -> (field == 5) ? ATTRIBUTE : null;
			case ATTRIBUTE -> switch (field) {
				case 5, 10 -> TENSOR;
				case 6, 11 -> GRAPH;
				case 22, 23 -> SPARSE_TENSOR;
				default -> null;
			};
			case SPARSE_TENSOR -> (field == 1 || field == 2) ? TENSOR : null;
			case TENSOR -> (field == 13) ? EXTERNAL_DATA : null;
			case EXTERNAL_DATA -> null;
		};
	}

}
