package io.modelserving.model.onnx;

/**
 * An input or output of a model is of a kind that cannot be carried between it and Java.
 */
final class UnsupportedValueException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	UnsupportedValueException(String message) {
		super(message);
	}

}
