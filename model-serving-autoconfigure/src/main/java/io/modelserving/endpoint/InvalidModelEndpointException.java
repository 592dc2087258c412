package io.modelserving.endpoint;

/**
 * A {@link ModelEndpoint} is declared in a way that cannot work. Startup fails with it.
 */
public class InvalidModelEndpointException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String action;

	/**
	 * Create the exception.
	 * @param message what is wrong, naming the bean
	 * @param action what would fix it
	 */
	InvalidModelEndpointException(String message, String action) {
		super(message);
		this.action = action;
	}

	public String action() {
		return this.action;
	}

}
