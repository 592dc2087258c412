package io.modelserving.openinference.http;

/**
 * A body is longer than the server reads.
 */
final class RequestTooLarge extends RuntimeException {

	private static final long serialVersionUID = 1L;

	RequestTooLarge(long limit) {
		this("the body is larger than %d bytes (model-serving.open-inference.max-request-size)".formatted(limit));
	}

	RequestTooLarge(String message) {
		super(message, null, false, false);
	}

}
