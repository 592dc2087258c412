package io.modelserving.batch;

/**
 * A job cannot run as it is set. The message says what is wrong.
 */
public final class InvalidScoringException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String action;

	InvalidScoringException(String message, String action) {
		super(message);
		this.action = action;
	}

	/**
	 * Return what would be right.
	 * @return a sentence
	 */
	public String action() {
		return this.action;
	}

}
