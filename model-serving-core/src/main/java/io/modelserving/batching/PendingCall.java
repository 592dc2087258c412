package io.modelserving.batching;

import io.modelserving.batching.admission.RejectionReason;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * A call, or a slice of a large one, from its arrival to its result.
 *
 * @param input what to run
 * @param rows the number of its rows
 * @param group what it must have in common with others to share a batch
 * @param level the level that it waits at, 1 being the first
 * @param deadline until when the result is of use
 * @param arrival the nanosecond time of its arrival
 * @param result the result; done early if the caller cancelled or the deadline passed
 * @param bytes the memory that it takes while it waits
 * @param call the call that it is a slice of, the only one perhaps; {@code null} for a
 * call that is run whole in place of its slices
 */
record PendingCall<I, O>(I input, int rows, Object group, int level, Deadline deadline, long arrival,
		CompletableFuture<O> result, long bytes, @Nullable SlicedCall<I, O> call) {

	PendingCall(I input, int rows, Object group, int level, Deadline deadline, long arrival,
			CompletableFuture<O> result) {
		this(input, rows, group, level, deadline, arrival, result, 0, null);
	}

	/**
	 * Return whether it is one of several slices of a call.
	 */
	boolean isPart() {
		return this.call != null && this.rows < this.call.rows();
	}

	/**
	 * Give its part of the input back. To be called once it has left the queue without
	 * having run, or has run.
	 */
	void left() {
		if (this.call != null) {
			this.call.left();
		}
	}

	/**
	 * Return the nanosecond time by which the call has its turn.
	 */
	long rank(Priorities priorities) {
		return priorities.rank(this.level, this.arrival);
	}

	/**
	 * Return whether the call has its turn before another; of two with the same turn, the
	 * older goes first.
	 */
	boolean goesBefore(PendingCall<I, O> other, Priorities priorities) {
		long later = rank(priorities) - other.rank(priorities);
		return later < 0 || (later == 0 && this.arrival - other.arrival < 0);
	}

	boolean isWanted(long now) {
		return !this.result.isDone() && !this.deadline.hasPassed(now);
	}

	/**
	 * Return why a call that is not wanted leaves without having run.
	 * @return the reason
	 */
	RejectionReason whyUnwanted() {
		return this.result.isDone() ? this.result.handle((output, failure) -> RejectionReason.of(failure)).join()
				: RejectionReason.EXPIRED;
	}

	@Override
	public boolean equals(Object other) {
		return this == other;
	}

	@Override
	public int hashCode() {
		return System.identityHashCode(this);
	}

}
