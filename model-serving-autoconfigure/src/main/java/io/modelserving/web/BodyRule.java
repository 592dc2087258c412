package io.modelserving.web;

import java.time.Duration;

/**
 * How the body of a request is received before the application gets the request.
 *
 * @param limit the most bytes that are received; of a longer body, what is beyond is left
 * to its reader
 * @param timeout the time within which the body, or the next {@value #PIECE} bytes of it,
 * must arrive
 * @param property the property that sets the timeout
 * @param earlyRejection decides whether the body is received at all
 */
public record BodyRule(long limit, Duration timeout, String property, EarlyRejection earlyRejection) {

	/** A sender that goes on sending this much in time may take its time. */
	public static final int PIECE = 256 << 10;

}
