package io.modelserving.messaging;

/**
 * A poll is not answered for now, for a reason that can change by itself. None of its
 * answers has been written, and it is to be delivered again.
 */
public final class NotAnsweredException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	NotAnsweredException(String message, Throwable cause) {
		super(message, cause);
	}

}
