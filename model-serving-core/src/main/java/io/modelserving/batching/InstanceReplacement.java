package io.modelserving.batching;

import java.util.concurrent.CompletableFuture;

/**
 * Makes the work of an instance that replaces a hung one.
 *
 * @param <I> the type of a batch
 * @param <O> the type of the result of a batch
 */
@FunctionalInterface
public interface InstanceReplacement<I, O> {

	/**
	 * Make it, without blocking.
	 * @param hung what the instance does that hangs
	 * @param gone completes once that instance was replaced and has ended after all
	 * @return what the new one does; fails if there is to be none
	 */
	CompletableFuture<BatchFunction<I, O>> of(BatchFunction<I, O> hung, CompletableFuture<Void> gone);

}
