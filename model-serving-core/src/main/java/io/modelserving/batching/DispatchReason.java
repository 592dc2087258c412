package io.modelserving.batching;

/**
 * Why a batch left the queue when it did.
 */
public enum DispatchReason {

	/** The batch had as many rows as the limit allows. */
	FULL,

	/** An instance was idle, and no delay is configured. */
	IDLE,

	/** The oldest request had waited for the configured delay. */
	DELAY,

	/** A request would have missed its deadline by waiting on. */
	DEADLINE,

	/** The batcher is being drained. */
	DRAIN

}
