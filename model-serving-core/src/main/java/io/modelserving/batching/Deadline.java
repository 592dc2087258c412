package io.modelserving.batching;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.modelserving.model.InferenceException.DeadlineExceeded;

/**
 * When a call arrived, and until when its result is of use. Made once, where the call
 * enters, and passed on; it can only become shorter. Immutable.
 */
public final class Deadline {

	/** A deadline that never passes, of no call. */
	public static final Deadline NONE = new Deadline(0, null, true);

	private final long arrival;

	private final @Nullable Duration timeout;

	private final boolean binding;

	private Deadline(long arrival, @Nullable Duration timeout, boolean binding) {
		this.arrival = arrival;
		this.timeout = timeout;
		this.binding = binding;
	}

	/**
	 * Create the deadline of a call.
	 * @param timeout the time that the call may take, or {@code null} for any; so is one
	 * of over a century
	 * @param arrival the nanosecond time at which the call arrived
	 * @return the deadline
	 */
	public static Deadline after(@Nullable Duration timeout, long arrival) {
		return new Deadline(arrival, (timeout != null && timeout.toDays() > 36_500) ? null : timeout, true);
	}

	/**
	 * Return the same deadline, or a shorter one.
	 * @param limit the most that the call may take from its arrival on, or {@code null}
	 * for any time
	 * @return the shorter of the two
	 */
	public Deadline within(@Nullable Duration limit) {
		return (limit == null || (this.timeout != null && this.timeout.compareTo(limit) <= 0)) ? this
				: after(limit, this.arrival);
	}

	/**
	 * Return the same deadline, which decides whether a call is admitted and does not end
	 * it: others wait for its result, too, each until a deadline of its own.
	 * @return the deadline
	 */
	public Deadline forAdmission() {
		return new Deadline(this.arrival, this.timeout, false);
	}

	/**
	 * Return the time at which the call arrived.
	 * @return the nanosecond time
	 */
	public long arrival() {
		return this.arrival;
	}

	/**
	 * Return the time that the call may take from its arrival on.
	 * @return the time, or {@code null} for any
	 */
	public @Nullable Duration timeout() {
		return this.timeout;
	}

	/**
	 * Return whether there is nothing that passes.
	 */
	public boolean isNone() {
		return this.timeout == null || !this.binding;
	}

	/**
	 * Return the time that is left.
	 * @param now the current nanosecond time
	 * @return the time in nanoseconds, zero or negative once the deadline has passed;
	 * {@link Long#MAX_VALUE} if there is no deadline
	 */
	public long remainingNanos(long now) {
		return (this.timeout == null) ? Long.MAX_VALUE : this.arrival + this.timeout.toNanos() - now;
	}

	public boolean hasPassed(long now) {
		return this.binding && remainingNanos(now) <= 0;
	}

	/**
	 * Return what a call fails with once this deadline has passed.
	 */
	public DeadlineExceeded exceeded() {
		return new DeadlineExceeded("the deadline of %s passed before the result was ready".formatted(this));
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
