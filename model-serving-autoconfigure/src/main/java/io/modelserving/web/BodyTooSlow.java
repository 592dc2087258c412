package io.modelserving.web;

import java.time.Duration;

/**
 * A body did not arrive in time.
 */
public final class BodyTooSlow extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create a failure.
	 * @param timeout the time that the body had
	 * @param property the property that sets it
	 */
	public BodyTooSlow(Duration timeout, String property) {
		super("the body arrives too slowly: it, or the next %d KB of it, must arrive within %s (%s)"
			.formatted(BodyRule.PIECE >> 10, describe(timeout), property), null, false, false);
	}

	private static String describe(Duration timeout) {
		return (timeout.toMillisPart() == 0) ? timeout.toSeconds() + " s" : timeout.toMillis() + " ms";
	}

}
