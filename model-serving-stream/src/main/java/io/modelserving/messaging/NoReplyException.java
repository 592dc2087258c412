package io.modelserving.messaging;

/**
 * A poll has no reply for now, for a reason that can change by itself. None of its
 * replies has been written, and it is to be delivered again.
 */
public final class NoReplyException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	NoReplyException(String message, Throwable cause) {
		super(message, cause);
	}

}
