package io.modelserving.messaging;

import java.util.concurrent.CompletableFuture;

import org.springframework.util.MimeType;

/**
 * Makes the reply to a message. Thread-safe.
 */
interface Replies {

	/**
	 * Reply to a message. Never throws.
	 * @param payload the payload of the message
	 * @param contentType its type
	 * @return the payload of the reply, which is JSON; or what went wrong, not wrapped.
	 * Cancelling it gives up what has not run yet
	 */
	CompletableFuture<byte[]> reply(byte[] payload, MimeType contentType);

}
