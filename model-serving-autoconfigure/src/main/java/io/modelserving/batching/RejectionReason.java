package io.modelserving.batching;

/**
 * Why a request left the batcher without having run.
 */
public enum RejectionReason {

	/** The queue had no room for its rows. */
	QUEUE_FULL,

	/** Its deadline would have passed before its turn. */
	PREDICTED_LATE,

	/** Its deadline passed before it ran. */
	EXPIRED,

	/** The caller gave up on it before it ran. */
	CANCELLED,

	/** The batcher was draining or closed. */
	DRAINING

}
