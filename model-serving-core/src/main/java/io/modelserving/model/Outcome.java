package io.modelserving.model;

import java.util.concurrent.CancellationException;

import org.jspecify.annotations.Nullable;

import io.modelserving.model.InferenceException.DeadlineExceeded;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.InferenceException.Overloaded;

/**
 * How a call ended.
 */
public enum Outcome {

	SUCCESS, INVALID, NOT_FOUND, UNAVAILABLE, OVERLOADED, DEADLINE_EXCEEDED, CANCELLED, FAILED;

	/**
	 * Return the outcome of a call.
	 * @param failure what it failed with, or {@code null} if it got its result
	 * @return the outcome
	 */
	public static Outcome of(@Nullable Throwable failure) {
		if (failure == null) {
			return SUCCESS;
		}
		if (failure instanceof InvalidInput) {
			return INVALID;
		}
		if (failure instanceof ModelNotFound) {
			return NOT_FOUND;
		}
		if (failure instanceof ModelUnavailable) {
			return UNAVAILABLE;
		}
		if (failure instanceof Overloaded) {
			return OVERLOADED;
		}
		if (failure instanceof DeadlineExceeded) {
			return DEADLINE_EXCEEDED;
		}
		return (failure instanceof CancellationException) ? CANCELLED : FAILED;
	}

}
