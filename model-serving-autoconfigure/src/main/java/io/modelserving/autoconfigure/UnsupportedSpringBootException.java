package io.modelserving.autoconfigure;

import java.io.Serial;

/**
 * Thrown when the application runs on a Spring Boot that is too old.
 */
final class UnsupportedSpringBootException extends RuntimeException {

	@Serial
	private static final long serialVersionUID = 1L;

	UnsupportedSpringBootException(String version) {
		super("Model Serving needs Spring Boot " + SpringBootVersionCheck.REQUIRED
				+ " or newer, and this application runs on Spring Boot " + version + ".");
	}

}
