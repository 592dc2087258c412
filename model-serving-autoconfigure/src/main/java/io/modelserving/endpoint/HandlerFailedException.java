package io.modelserving.endpoint;

/**
 * A handler threw what it must not throw, or returned {@code null}. The message is for
 * the operator.
 */
final class HandlerFailedException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	HandlerFailedException(String message) {
		super(message);
	}

	HandlerFailedException(String message, Throwable cause) {
		super(message, cause);
	}

}
