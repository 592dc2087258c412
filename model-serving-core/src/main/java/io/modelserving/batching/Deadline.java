package io.modelserving.batching;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * The time until which an answer is of use. Fixed once, where a call enters, and passed
 * on unchanged.
 */
public final class Deadline {

	/** A deadline that never passes. */
	public static final Deadline NONE = new Deadline(0, null);

	private final long nanoTime;

	private final @Nullable Duration timeout;

	private Deadline(long nanoTime, @Nullable Duration timeout) {
		this.nanoTime = nanoTime;
		this.timeout = timeout;
	}

	/**
	 * Create the deadline of a call that begins now.
	 * @param timeout the time that the call may take, or {@code null} for any
	 * @param now the current nanosecond time
	 * @return the deadline; {@link #NONE} if there is no timeout, or one of over a
	 * century
	 */
	public static Deadline after(@Nullable Duration timeout, long now) {
		if (timeout == null || timeout.toDays() > 36_500) {
			return NONE;
		}
		return new Deadline(now + timeout.toNanos(), timeout);
	}

	public boolean isNone() {
		return this.timeout == null;
	}

	/**
	 * Return the time that is left.
	 * @param now the current nanosecond time
	 * @return the time in nanoseconds, zero or negative once the deadline has passed;
	 * {@link Long#MAX_VALUE} if there is no deadline
	 */
	public long remainingNanos(long now) {
		return isNone() ? Long.MAX_VALUE : this.nanoTime - now;
	}

	public boolean hasPassed(long now) {
		return remainingNanos(now) <= 0;
	}

	/**
	 * Return the timeout as a caller would recognise it.
	 * @return for instance {@code 250 ms}, or {@code none}
	 */
	@Override
	public String toString() {
		if (this.timeout == null) {
			return "none";
		}
		return (this.timeout.toMillis() > 0) ? this.timeout.toMillis() + " ms" : this.timeout.toNanos() / 1000 + " µs";
	}

}
