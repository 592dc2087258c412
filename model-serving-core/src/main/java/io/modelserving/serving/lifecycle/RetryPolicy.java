package io.modelserving.serving.lifecycle;

import java.io.UncheckedIOException;
import java.time.Duration;

import io.modelserving.model.ModelLoadException;

/**
 * Decides whether and when a model that could not be loaded is tried again: only where
 * the reason can pass by itself, after 1, 2, 4 and so on seconds, at most a minute. Pure.
 */
final class RetryPolicy {

	private static final Duration LONGEST = Duration.ofMinutes(1);

	private RetryPolicy() {
	}

	/**
	 * Return whether trying again may help. A failure that nobody has foreseen is most
	 * often one of the application's own code, which fails again.
	 * @param failure why the model could not be loaded
	 * @return whether the reason can pass by itself
	 */
	static boolean mayHelp(Throwable failure) {
		return (failure instanceof ModelLoadException known) ? known.isRetryable()
				: failure instanceof UncheckedIOException || failure instanceof OutOfMemoryError;
	}

	/**
	 * Return the time until the next attempt.
	 * @param failures the number of attempts that have failed in a row, at least 1
	 * @return the time
	 */
	static Duration delayAfter(int failures) {
		return (failures > 6) ? LONGEST : Duration.ofSeconds(1L << (failures - 1));
	}

}
