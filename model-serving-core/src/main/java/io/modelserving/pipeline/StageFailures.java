package io.modelserving.pipeline;

import java.time.Duration;

import io.modelserving.batching.Deadline;
import io.modelserving.model.InferenceException;
import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.InferenceException.Overloaded;

/**
 * What an item fails with, which names the stage.
 */
final class StageFailures {

	private static final Duration SOON = Duration.ofSeconds(1);

	private StageFailures() {
	}

	/**
	 * Return the failure of an item in a function.
	 * @param stage the name of the stage
	 * @param failure what the function threw
	 * @return the failure itself if it says what a caller gets
	 */
	static InferenceException of(String stage, Throwable failure) {
		return (failure instanceof InferenceException known) ? known
				: new ExecutionFailed("stage \"%s\" failed on this item".formatted(stage), failure);
	}

	/**
	 * Return the failure of an item that would be late at the end of its way.
	 * @param stage the name of the stage that it was handed in to
	 * @param deadline the deadline
	 * @param nanos the time that the rest of the way is predicted to take
	 */
	static Overloaded late(String stage, Deadline deadline, long nanos) {
		return new Overloaded("stage \"%s\" and those behind it take %d ms; the result could not be ready within %s"
			.formatted(stage, nanos / 1_000_000, deadline), Duration.ofNanos(nanos));
	}

	/**
	 * Return the failure of an item in a queue, whose messages speak of models.
	 * @param stage the name of the stage
	 * @param failure what the queue gave
	 * @param waiting how many items wait
	 */
	static Throwable ofQueue(String stage, Throwable failure, int waiting) {
		if (failure instanceof Overloaded overloaded) {
			return new Overloaded("stage \"%s\" has no room or time for more: %d items wait".formatted(stage, waiting),
					overloaded.retryAfter());
		}
		if (failure instanceof ModelUnavailable) {
			return new ModelUnavailable("stage \"%s\" is shutting down".formatted(stage), SOON);
		}
		return (failure instanceof ExecutionFailed failed && failed.getCause() != null) ? of(stage, failed.getCause())
				: failure;
	}

}
