package io.modelserving.openinference.grpc;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.grpc.Context;
import io.grpc.Deadline;
import io.modelserving.serving.InferenceRequest;
import org.jspecify.annotations.Nullable;

/**
 * Carries the deadline of a call into the queue.
 */
final class CallDeadline {

	private static final long MOST_MARGIN = TimeUnit.MILLISECONDS.toNanos(2);

	private CallDeadline() {
	}

	/**
	 * Shorten the time that a request may take to what the caller goes on waiting, less a
	 * tenth or 2 ms: at the deadline itself gRPC resets the call, which clients take for
	 * a cancellation if the reset is faster than their own clock.
	 * @param request the request
	 * @return the request, with the shorter of its own timeout and the time until shortly
	 * before the deadline of the call that runs on this thread
	 */
	static InferenceRequest applyTo(InferenceRequest request) {
		Deadline deadline = Context.current().getDeadline();
		return (deadline != null) ? applyTo(request, deadline.timeRemaining(TimeUnit.NANOSECONDS)) : request;
	}

	static InferenceRequest applyTo(InferenceRequest request, long remainingNanos) {
		long margin = Math.min(MOST_MARGIN, remainingNanos / 10);
		Duration remaining = Duration.ofNanos(Math.max(1, remainingNanos - margin));
		@Nullable Duration timeout = request.timeout();
		if (timeout != null && timeout.compareTo(remaining) <= 0) {
			return request;
		}
		return new InferenceRequest(request.model(), request.version(), request.inputs(), request.outputs(), remaining,
				request.priority(), request.routingKey(), request.elapsed(), request.memory());
	}

}
