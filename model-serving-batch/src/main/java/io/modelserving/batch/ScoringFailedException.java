package io.modelserving.batch;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.ExitCodeGenerator;

/**
 * A job has ended before the end of its input. Run again, it goes on behind the last
 * chunk that was committed. Ends the application with 1 if that was started for it.
 */
public final class ScoringFailedException extends RuntimeException implements ExitCodeGenerator {

	private static final long serialVersionUID = 1L;

	ScoringFailedException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

	@Override
	public int getExitCode() {
		return 1;
	}

}
