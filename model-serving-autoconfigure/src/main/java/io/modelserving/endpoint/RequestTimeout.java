package io.modelserving.endpoint;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;

import io.modelserving.model.Quoted;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.convert.DurationStyle;
import org.springframework.http.HttpStatus;

/**
 * The header by which a caller says how long the answer is of use.
 */
final class RequestTimeout {

	static final String HEADER = "X-Request-Timeout";

	private RequestTimeout() {
	}

	/**
	 * Read the header.
	 * @param values the values of the header
	 * @return the timeout, or {@code null} if there is no header
	 */
	static @Nullable Duration parse(List<String> values) {
		if (values.isEmpty()) {
			return null;
		}
		try {
			Duration timeout = DurationStyle.SIMPLE.parse(values.get(0).trim(), ChronoUnit.MILLIS);
			if (!timeout.isNegative() && !timeout.isZero()) {
				return timeout;
			}
		}
		catch (IllegalArgumentException | ArithmeticException ex) {
			// answered below, together with durations that are not positive
		}
		throw Problem
			.of(HttpStatus.BAD_REQUEST,
					"header %s: %s is not a positive duration, such as 250 (milliseconds), 250ms or 2s"
						.formatted(HEADER, Quoted.name(values.get(0))))
			.asException();
	}

}
