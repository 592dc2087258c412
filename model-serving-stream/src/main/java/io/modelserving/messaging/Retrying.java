package io.modelserving.messaging;

import java.time.Duration;

import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.endpoint.EndpointInvoker;

/**
 * Decides what is tried again, and when. What can change by itself is: a queue that is
 * full, a model that loads, is missing or drains. A deadline that passes again and again
 * for the same message is the message's own.
 */
final class Retrying {

	static final int MAX_TIMEOUTS = 3;

	private static final Duration FIRST = Duration.ofMillis(5);

	private static final Duration LONGEST = Duration.ofSeconds(1);

	private Retrying() {
	}

	/**
	 * Decide whether a message is tried again.
	 * @param failure what it failed with
	 * @param attempt the number of the attempt that failed, from 1 on
	 * @return {@code false} if its failure is for good
	 */
	static boolean again(Throwable failure, int attempt) {
		return switch (EndpointInvoker.outcome(failure)) {
			case OVERLOADED, UNAVAILABLE, NOT_FOUND, CANCELLED -> true;
			case DEADLINE_EXCEEDED -> attempt < MAX_TIMEOUTS;
			case INVALID, FAILED, SUCCESS -> false;
		};
	}

	/**
	 * Return how long to wait before the next attempt.
	 * @param failure what the last one failed with
	 * @param attempt its number, from 1 on
	 * @return the time, twice as long for each attempt, and no longer than what the
	 * failure says or a second
	 */
	static Duration delay(Throwable failure, int attempt) {
		Duration doubled = FIRST.multipliedBy(1L << Math.min(attempt - 1, 20));
		Duration longest = shorter(LONGEST, said(failure));
		return shorter(doubled, (longest.compareTo(FIRST) < 0) ? FIRST : longest);
	}

	private static Duration said(Throwable failure) {
		if (failure instanceof Overloaded overloaded) {
			return overloaded.retryAfter();
		}
		return (failure instanceof ModelUnavailable unavailable) ? unavailable.retryAfter() : LONGEST;
	}

	private static Duration shorter(Duration one, Duration other) {
		return (one.compareTo(other) <= 0) ? one : other;
	}

}
