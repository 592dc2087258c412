package io.modelserving.endpoint;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

import io.modelserving.model.Quoted;
import io.modelserving.web.RequestHead;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.convert.DurationStyle;
import org.springframework.http.HttpStatus;

/**
 * The header by which a caller says how long the response is of use.
 */
final class RequestTimeout {

	static final String HEADER = "X-Request-Timeout";

	private RequestTimeout() {
	}

	/**
	 * Return the timeout of a request.
	 * @param head the head of the request
	 * @return the timeout, or {@code null} if there is no such header
	 * @throws RequestRejectedException if it makes no sense
	 */
	static @Nullable Duration of(RequestHead head) {
		String value = head.header(HEADER);
		if (value == null) {
			return null;
		}
		try {
			Duration timeout = DurationStyle.SIMPLE.parse(value.trim(), ChronoUnit.MILLIS);
			if (!timeout.isNegative() && !timeout.isZero()) {
				return timeout;
			}
		}
		catch (IllegalArgumentException | ArithmeticException ex) {
			// rejected below, together with durations that are not positive
		}
		throw Problem
			.of(HttpStatus.BAD_REQUEST,
					"header %s: %s is not a positive duration, such as 250 (milliseconds), 250ms or 2s"
						.formatted(HEADER, Quoted.name(value)))
			.asException();
	}

}
