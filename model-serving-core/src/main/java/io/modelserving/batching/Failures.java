package io.modelserving.batching;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.admission.Admission;
import io.modelserving.batching.admission.LatencyObjective;
import io.modelserving.model.InferenceException;
import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.InferenceException.Overloaded;

/**
 * The exceptions that callers get.
 */
final class Failures {

	private static final Duration UNKNOWN = Duration.ofSeconds(1);

	private Failures() {
	}

	static InvalidInput noRows() {
		return new InvalidInput("the request has no rows; at least 1 is needed");
	}

	static ModelUnavailable closed() {
		return new ModelUnavailable("the model is shutting down and takes no more requests", Duration.ofSeconds(1));
	}

	/**
	 * Return the exception for a call that is rejected for want of room or time.
	 * @param admission why, which is not that the batcher is closed
	 * @param policy the limits
	 * @param deadline the deadline of the call
	 * @param objective the objective, if there is one
	 */
	static Overloaded overloaded(Admission admission, BatchingPolicy policy, Deadline deadline,
			@Nullable LatencyObjective objective) {
		int queued = admission.queuedRows();
		String text = switch (admission.decision()) {
			case FULL -> policy.elastic()
					? "the queue is full: %d rows wait, which take too long for more (batching.queue-capacity)"
						.formatted(queued)
					: "the queue is full: %d rows wait, %d are the most (batching.queue-capacity)".formatted(queued,
							policy.queueCapacity());
			case LATE -> "%d rows wait; the result could not be ready within %s".formatted(queued, deadline);
			case BEYOND_OBJECTIVE ->
				"%d rows wait; the result could not be ready within %s (batching.latency-objective)".formatted(queued,
						(objective != null) ? text(objective.latency()) : "the objective");
			case ADMITTED, CLOSED -> throw new IllegalArgumentException("neither room nor time is short");
		};
		return new Overloaded(text, retryAfter(admission));
	}

	private static String text(Duration duration) {
		return (duration.toMillis() > 0) ? duration.toMillis() + " ms" : duration.toNanos() / 1000 + " µs";
	}

	private static Duration retryAfter(Admission admission) {
		long wait = admission.prediction().waitNanos();
		return (wait > 0) ? Duration.ofNanos(wait) : UNKNOWN;
	}

	static InferenceException of(Throwable failure) {
		if (failure instanceof OutOfMemoryError) {
			return new Overloaded("there is no memory to run the request", UNKNOWN);
		}
		return (failure instanceof InferenceException known) ? known
				: new ExecutionFailed("the model failed on this request", failure);
	}

}
