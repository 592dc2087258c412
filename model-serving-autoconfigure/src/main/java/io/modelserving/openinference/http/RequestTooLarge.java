package io.modelserving.openinference.http;

/**
 * A body is longer than the server reads.
 */
final class RequestTooLarge extends RuntimeException {

	private static final long serialVersionUID = 1L;

	RequestTooLarge(long limit) {
		super("the body is larger than %d bytes (model-serving.open-inference.max-request-size, or what this path takes)"
			.formatted(limit), null, false, false);
	}

}
