package io.modelserving.batching;

import io.modelserving.model.InferenceException;
import io.modelserving.model.InferenceException.DeadlineExceeded;
import io.modelserving.model.InferenceException.ExecutionFailed;

/**
 * What callers are told.
 */
final class Failures {

	private Failures() {
	}

	static DeadlineExceeded late(Deadline deadline) {
		return new DeadlineExceeded("the deadline of %s passed before the answer was there".formatted(deadline));
	}

	static InferenceException of(Throwable failure) {
		return (failure instanceof InferenceException known) ? known
				: new ExecutionFailed("the model failed on this request", failure);
	}

}
