package io.modelserving.openinference.http;

/**
 * A body is longer than the server reads.
 */
final class RequestTooLarge extends RuntimeException {

	private static final long serialVersionUID = 1L;

	RequestTooLarge(String message) {
		super(message, null, false, false);
	}

}
