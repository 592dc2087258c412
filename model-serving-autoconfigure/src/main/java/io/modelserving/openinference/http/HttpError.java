package io.modelserving.openinference.http;

import java.time.Duration;

import io.modelserving.model.InferenceException;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.serving.Outcome;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;

/**
 * A failure, as callers see it.
 *
 * @param status the status
 * @param message what was wrong, and what would be right
 * @param retryAfter the time after which it may be worth trying again, if any
 */
record HttpError(HttpStatus status, String message, @Nullable Duration retryAfter) {

	HttpError(HttpStatus status, String message) {
		this(status, message, null);
	}

	/**
	 * Return how callers see a failure.
	 * @param failure the failure
	 * @param id names the failure in the log, should it be the server's own fault
	 * @return the error; nothing internal in it
	 */
	static HttpError of(Throwable failure, String id) {
		if (failure instanceof RequestTooLarge) {
			return new HttpError(HttpStatus.CONTENT_TOO_LARGE, messageOf(failure));
		}
		HttpStatus status = statusOf(Outcome.of(failure));
		if (status == HttpStatus.INTERNAL_SERVER_ERROR) {
			String message = (failure instanceof InferenceException) ? messageOf(failure) : "the server failed";
			return new HttpError(status, "%s (error id %s)".formatted(message, id));
		}
		return new HttpError(status, messageOf(failure), retryAfter(failure));
	}

	private static HttpStatus statusOf(Outcome outcome) {
		return switch (outcome) {
			case INVALID -> HttpStatus.BAD_REQUEST;
			case NOT_FOUND -> HttpStatus.NOT_FOUND;
			case OVERLOADED -> HttpStatus.TOO_MANY_REQUESTS;
			case UNAVAILABLE, CANCELLED -> HttpStatus.SERVICE_UNAVAILABLE;
			case DEADLINE_EXCEEDED -> HttpStatus.GATEWAY_TIMEOUT;
			case FAILED -> HttpStatus.INTERNAL_SERVER_ERROR;
			case SUCCESS -> throw new IllegalArgumentException("a success is no error");
		};
	}

	private static @Nullable Duration retryAfter(Throwable failure) {
		if (failure instanceof Overloaded overloaded) {
			return overloaded.retryAfter();
		}
		return (failure instanceof ModelUnavailable unavailable) ? unavailable.retryAfter() : null;
	}

	private static String messageOf(Throwable failure) {
		return (failure.getMessage() != null) ? failure.getMessage() : "the call was cancelled";
	}

	/**
	 * Return the time after which to try again as the header wants it.
	 * @return whole seconds, at least 1; {@code null} if there is no such time
	 */
	@Nullable String retryAfterSeconds() {
		return (this.retryAfter != null)
				? Long.toString(Math.max(1, this.retryAfter.plusNanos(999_999_999).toSeconds())) : null;
	}

}
