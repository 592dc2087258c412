package io.modelserving.endpoint;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CancellationException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.multipart.MaxUploadSizeExceededException;
import org.springframework.web.multipart.MultipartException;

import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.model.InferenceException;
import io.modelserving.model.Outcome;
import io.modelserving.web.BodyTooSlow;
import io.modelserving.web.ContentCoding;
import io.modelserving.web.UnsupportedCoding;

/**
 * Maps what went wrong to what the caller gets. What the caller cannot fix is logged
 * under an id that the caller gets too.
 */
final class ProblemMapper {

	private static final Logger logger = LoggerFactory.getLogger(ProblemMapper.class);

	/** Says that the application is to blame, and no more. */
	static final String INSIDE = "The request failed inside the application";

	static final Duration SOON = Duration.ofSeconds(1);

	private ProblemMapper() {
	}

	static Problem map(Throwable failure, String path) {
		if (failure instanceof RequestRejectedException rejected) {
			return rejected.problem();
		}
		if (failure instanceof MaxUploadSizeExceededException) {
			return Problem.of(HttpStatus.CONTENT_TOO_LARGE,
					"The form or one of its parts is too large (spring.servlet.multipart.max-file-size and"
							+ " spring.servlet.multipart.max-request-size)");
		}
		if (failure instanceof MultipartException) {
			return Problem.of(HttpStatus.BAD_REQUEST, "The body cannot be read as multipart/form-data");
		}
		if (failure instanceof BodyTooSlow) {
			return Problem.of(HttpStatus.REQUEST_TIMEOUT, failure.getMessage());
		}
		if (failure instanceof UnsupportedCoding) {
			return Problem.of(HttpStatus.UNSUPPORTED_MEDIA_TYPE, failure.getMessage())
				.withHeader(HttpHeaders.ACCEPT_ENCODING, ContentCoding.accepted());
		}
		if (failure instanceof InferenceException || failure instanceof CancellationException) {
			return mapInference(failure, path);
		}
		return logged(INSIDE, failure, path);
	}

	private static Problem mapInference(Throwable failure, String path) {
		String detail = String.valueOf(failure.getMessage());
		return switch (Outcome.of(failure)) {
			case INVALID -> Problem.of(HttpStatus.BAD_REQUEST, detail);
			case NOT_FOUND -> Problem.of(HttpStatus.NOT_FOUND, detail);
			case OVERLOADED -> Problem.of(HttpStatus.TOO_MANY_REQUESTS, detail).retryAfter(retryAfter(failure));
			case UNAVAILABLE -> Problem.of(HttpStatus.SERVICE_UNAVAILABLE, detail).retryAfter(retryAfter(failure));
			case DEADLINE_EXCEEDED -> Problem.of(HttpStatus.GATEWAY_TIMEOUT, detail);
			case CANCELLED -> Problem.of(HttpStatus.SERVICE_UNAVAILABLE, "The request was cancelled").retryAfter(SOON);
			case FAILED -> logged(detail, failure, path);
			case SUCCESS -> throw new IllegalArgumentException("not a failure", failure);
		};
	}

	private static Duration retryAfter(Throwable failure) {
		if (failure instanceof Overloaded overloaded) {
			return overloaded.retryAfter();
		}
		return (failure instanceof ModelUnavailable unavailable) ? unavailable.retryAfter() : SOON;
	}

	private static Problem logged(String detail, Throwable failure, String path) {
		String id = newId();
		logger.error("Request to {} failed with id {}", path, id, failure);
		return logged(detail, id);
	}

	static String newId() {
		return UUID.randomUUID().toString();
	}

	/**
	 * Make the problem of an error that is in the log under an id.
	 */
	static Problem logged(String detail, String id) {
		return Problem.of(HttpStatus.INTERNAL_SERVER_ERROR, "%s; it is in the log with id %s".formatted(detail, id))
			.with("errorId", id);
	}

}
