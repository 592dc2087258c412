package io.modelserving.model;

import org.jspecify.annotations.Nullable;

/**
 * A model cannot be loaded because of the content of its file, not because of the
 * environment.
 */
public class InvalidModelException extends ModelLoadException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create the exception.
	 * @param message what is wrong
	 * @param action what would fix it
	 * @param retryable whether the file may change by itself, as a file does that is
	 * still being copied
	 * @param cause the cause, if any
	 */
	public InvalidModelException(String message, String action, boolean retryable, @Nullable Throwable cause) {
		super(message, action, retryable, cause);
	}

}
