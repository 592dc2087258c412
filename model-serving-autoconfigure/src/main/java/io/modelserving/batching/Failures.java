package io.modelserving.batching;

import java.time.Duration;

import io.modelserving.model.InferenceException;
import io.modelserving.model.InferenceException.DeadlineExceeded;
import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.ModelUnavailable;

/**
 * What callers are told.
 */
final class Failures {

	private Failures() {
	}

	static DeadlineExceeded late(Deadline deadline) {
		return new DeadlineExceeded("the deadline of %s passed before the answer was there".formatted(deadline));
	}

	static InvalidInput noRows() {
		return new InvalidInput("the request has no rows; at least 1 is needed");
	}

	static ModelUnavailable closed() {
		return new ModelUnavailable("the model is shutting down and takes no more requests", Duration.ofSeconds(1));
	}

	static InferenceException of(Throwable failure) {
		return (failure instanceof InferenceException known) ? known
				: new ExecutionFailed("the model failed on this request", failure);
	}

}
