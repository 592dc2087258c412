package io.modelserving.web;

import java.io.IOException;

/**
 * A body exceeds its bounds.
 */
public final class BodyTooLarge extends IOException {

	private static final long serialVersionUID = 1L;

	private BodyTooLarge(String message) {
		super(message);
	}

	/**
	 * Create a failure of a body of too many bytes.
	 * @param bounds the bounds
	 * @return the failure
	 */
	public static BodyTooLarge size(BodyBounds bounds) {
		return new BodyTooLarge("body is larger than %d bytes (%%s.max-request-size)".formatted(bounds.maxBytes()));
	}

	static BodyTooLarge ratio(BodyBounds bounds) {
		return new BodyTooLarge(
				"body inflates to more than %d times its size (%%s.max-inflation-ratio)".formatted(bounds.maxRatio()));
	}

	/**
	 * Describe the failure.
	 * @param properties the prefix of the properties with the bounds
	 * @return what is wrong, beginning with {@code body}
	 */
	public String describe(String properties) {
		return String.valueOf(getMessage()).formatted(properties);
	}

	@Override
	public synchronized Throwable fillInStackTrace() {
		return this;
	}

}
