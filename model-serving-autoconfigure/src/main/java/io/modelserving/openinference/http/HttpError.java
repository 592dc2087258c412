package io.modelserving.openinference.http;

import java.time.Duration;
import java.util.Map;

import io.modelserving.model.InferenceException;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.model.Quoted;
import io.modelserving.model.Outcome;
import io.modelserving.serving.RepositoryReadOnlyException;
import io.modelserving.web.BodyTooSlow;
import io.modelserving.web.ContentCoding;
import io.modelserving.web.UnsupportedCoding;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

/**
 * A failure, as callers see it.
 *
 * @param status the status
 * @param message what was wrong, and what would be right
 * @param headers what else callers need to know
 */
record HttpError(HttpStatus status, String message, Map<String, String> headers) {

	HttpError {
		message = Quoted.message(message);
	}

	HttpError(HttpStatus status, String message) {
		this(status, message, Map.of());
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
		if (failure instanceof OutOfMemoryError) {
			return of(new Overloaded("there is no memory for the request", Duration.ofSeconds(1)), id);
		}
		if (failure instanceof BodyTooSlow) {
			return new HttpError(HttpStatus.REQUEST_TIMEOUT, messageOf(failure));
		}
		if (failure instanceof UnsupportedCoding) {
			return new HttpError(HttpStatus.NOT_IMPLEMENTED, messageOf(failure),
					Map.of(HttpHeaders.ACCEPT_ENCODING, ContentCoding.accepted()));
		}
		if (failure instanceof RepositoryReadOnlyException) {
			return new HttpError(HttpStatus.FORBIDDEN, messageOf(failure));
		}
		HttpStatus status = statusOf(Outcome.of(failure));
		if (status == HttpStatus.INTERNAL_SERVER_ERROR) {
			String message = (failure instanceof InferenceException) ? messageOf(failure) : "the server failed";
			return new HttpError(status, "%s (error id %s)".formatted(message, id));
		}
		return new HttpError(status, messageOf(failure), headers(retryAfter(failure)));
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

	/** The header takes whole seconds, and 0 would make callers try at once. */
	private static Map<String, String> headers(@Nullable Duration retryAfter) {
		return (retryAfter != null) ? Map.of(HttpHeaders.RETRY_AFTER,
				Long.toString(Math.max(1, retryAfter.plusNanos(999_999_999).toSeconds()))) : Map.of();
	}

}
