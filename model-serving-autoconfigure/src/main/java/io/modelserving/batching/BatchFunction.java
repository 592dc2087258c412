package io.modelserving.batching;

import io.modelserving.tensor.Workspace;

/**
 * What one instance does with a batch. One thread calls it at a time.
 *
 * @param <I> the type of a batch
 * @param <O> the type of the answer to a batch
 */
@FunctionalInterface
public interface BatchFunction<I, O> {

	/**
	 * Run a batch.
	 * @param batch the batch
	 * @param workspace memory of the instance, which may hold the batch itself
	 * @return the answer, in memory of its own
	 */
	O run(I batch, Workspace workspace);

	/**
	 * Return where the batches run.
	 * @return the device, as those who look at instances know it; empty if that is not
	 * known
	 */
	default String device() {
		return "";
	}

}
