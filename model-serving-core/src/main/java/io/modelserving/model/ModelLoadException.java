package io.modelserving.model;

import org.jspecify.annotations.Nullable;

/**
 * A model cannot be loaded. The message says why and names the file; the action says what
 * to do about it.
 */
public class ModelLoadException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/** Stands in an action where the name of the model belongs. */
	public static final String MODEL_NAME = "<name>";

	private final String action;

	private final boolean retryable;

	/**
	 * Create the exception.
	 * @param message what is wrong
	 * @param action what would fix it, with {@link #MODEL_NAME} in the names of
	 * properties of the model
	 * @param retryable whether trying again without changing anything may help
	 * @param cause the cause, if any
	 */
	public ModelLoadException(String message, String action, boolean retryable, @Nullable Throwable cause) {
		super(message, cause);
		this.action = action;
		this.retryable = retryable;
	}

	public String action() {
		return this.action;
	}

	/**
	 * Return the message and the action as one text.
	 * @param model the name of the model, for the names of properties
	 * @return two sentences or more
	 */
	public String describe(String model) {
		String message = String.valueOf(getMessage()).strip();
		return message + (message.endsWith(".") ? " " : ". ") + this.action.replace(MODEL_NAME, model);
	}

	public boolean isRetryable() {
		return this.retryable;
	}

}
