package io.modelserving.batch;

/**
 * A row is not what the handler or model takes. It has no stack trace: the input is to
 * blame.
 */
final class InvalidRowException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	InvalidRowException(String reason) {
		super(reason, null, false, false);
	}

}
