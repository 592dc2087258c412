package io.modelserving.batching.admission;

import org.jspecify.annotations.Nullable;

import io.modelserving.model.InferenceException.DeadlineExceeded;

/**
 * Why a request left the batcher without having run.
 */
public enum RejectionReason {

	/** The queue had no room for its rows. */
	QUEUE_FULL,

	/** Its deadline would have passed before its turn. */
	PREDICTED_LATE,

	/** It would have taken longer than the objective. */
	OBJECTIVE,

	/** Its deadline passed before it ran. */
	EXPIRED,

	/** The caller cancelled it before it ran. */
	CANCELLED,

	/** The batcher was draining or closed. */
	DRAINING;

	/**
	 * Return the reason of a call that was completed before it ran.
	 * @param failure its result, or {@code null} if that is no failure
	 * @return {@link #EXPIRED} if its deadline passed, {@link #CANCELLED} otherwise
	 */
	public static RejectionReason of(@Nullable Throwable failure) {
		return (failure instanceof DeadlineExceeded) ? EXPIRED : CANCELLED;
	}

}
