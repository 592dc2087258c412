package io.modelserving.messaging;

/**
 * A function cannot work as it is configured.
 */
final class InvalidMessageFunctionException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String action;

	InvalidMessageFunctionException(String message, String action) {
		super(message);
		this.action = action;
	}

	/** Return what to do about it. */
	String action() {
		return this.action;
	}

}
