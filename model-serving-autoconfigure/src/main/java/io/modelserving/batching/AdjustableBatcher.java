package io.modelserving.batching;

/**
 * A batcher whose limits and instances change while calls are running. Thread-safe.
 *
 * @param <I> the type of what a call brings
 * @param <O> the type of what it gets
 */
public interface AdjustableBatcher<I, O> extends Batcher<I, O> {

	BatchingPolicy policy();

	/**
	 * Decide by another policy from now on. What waits already is decided on anew; it
	 * stays, also if it is more than the new queue capacity, and calls that were cut for
	 * a larger batch still run as they are.
	 * @param policy the policy
	 */
	void policy(BatchingPolicy policy);

}
