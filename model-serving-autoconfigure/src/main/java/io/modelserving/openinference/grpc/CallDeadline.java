package io.modelserving.openinference.grpc;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.grpc.Context;
import io.modelserving.batching.Deadline;

/**
 * The deadlines of gRPC's calls.
 */
final class CallDeadline {

	private static final long MOST_MARGIN = TimeUnit.MILLISECONDS.toNanos(2);

	private CallDeadline() {
	}

	/**
	 * Return until when the caller of the call on this thread goes on waiting, less a
	 * tenth or 2 ms: at the deadline itself gRPC resets the call, which clients take for
	 * a cancellation if the reset is faster than their own clock.
	 * @param now the current nanosecond time, at which the call arrives
	 * @return the deadline
	 */
	static Deadline of(long now) {
		io.grpc.Deadline caller = Context.current().getDeadline();
		return (caller != null) ? after(caller.timeRemaining(TimeUnit.NANOSECONDS), now) : Deadline.after(null, now);
	}

	static Deadline after(long remainingNanos, long now) {
		long margin = Math.min(MOST_MARGIN, remainingNanos / 10);
		return Deadline.after(Duration.ofNanos(Math.max(1, remainingNanos - margin)), now);
	}

}
