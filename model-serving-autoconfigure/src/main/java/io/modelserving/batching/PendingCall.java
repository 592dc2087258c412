package io.modelserving.batching;

import java.util.concurrent.CompletableFuture;

/**
 * A call, or a slice of a large one, from its arrival to its answer.
 *
 * @param input what to run
 * @param rows the number of its rows
 * @param group what it must have in common with others to share a batch
 * @param level the level that it waits at, 1 being the first
 * @param deadline until when the answer is of use
 * @param arrival the nanosecond time of its arrival
 * @param answer the answer; done early if the caller gave up or the deadline passed
 */
record PendingCall<I, O>(I input, int rows, Object group, int level, Deadline deadline, long arrival,
		CompletableFuture<O> answer) {

	static <I, O> PendingCall<I, O> of(I input, int rows, int level, Deadline deadline, long arrival,
			BatchAdapter<I, O> adapter) {
		return new PendingCall<>(input, rows, adapter.group(input), level, deadline, arrival,
				new CompletableFuture<>());
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
		return !this.answer.isDone() && !this.deadline.hasPassed(now);
	}

	/**
	 * Return why a call that is not wanted leaves without having run.
	 * @return the reason
	 */
	RejectionReason whyUnwanted() {
		return this.answer.isDone() ? this.answer.handle((output, failure) -> RejectionReason.of(failure)).join()
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
