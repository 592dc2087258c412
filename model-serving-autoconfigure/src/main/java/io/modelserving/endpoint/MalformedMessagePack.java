package io.modelserving.endpoint;

/**
 * A body is not the MessagePack that it says it is. The message says why.
 */
final class MalformedMessagePack extends RuntimeException {

	private static final long serialVersionUID = 1L;

	MalformedMessagePack(String message) {
		super(message);
	}

}
