package io.modelserving.messaging;

import java.util.concurrent.CompletableFuture;

import org.springframework.util.MimeType;

/**
 * Makes the answer to a message. Thread-safe.
 */
interface Answering {

	/**
	 * Answer a message. Never throws.
	 * @param payload the payload of the message
	 * @param contentType its type
	 * @return the payload of the answer, which is JSON; or what went wrong, not wrapped.
	 * Cancelling it gives up what has not run yet
	 */
	CompletableFuture<byte[]> answer(byte[] payload, MimeType contentType);

}
