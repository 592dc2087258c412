package io.modelserving.batching;

import io.modelserving.model.RunControl;
import io.modelserving.tensor.Workspace;

/**
 * What one instance does with a batch. One thread calls it at a time.
 *
 * @param <I> the type of a batch
 * @param <O> the type of the result of a batch
 */
@FunctionalInterface
public interface BatchFunction<I, O> {

	/**
	 * Run a batch.
	 * @param batch the batch
	 * @param workspace memory of the instance, which may hold the batch itself
	 * @return the result, in memory of its own
	 */
	O run(I batch, Workspace workspace);

	/**
	 * Run a batch that may be terminated while it runs.
	 * @param batch the batch
	 * @param workspace memory of the instance, which may hold the batch itself
	 * @param control ends the run early; a run that cannot be ended ignores it
	 * @return the result, in memory of its own
	 */
	default O run(I batch, Workspace workspace, RunControl control) {
		return run(batch, workspace);
	}

	/**
	 * Return where the batches run.
	 * @return the device, as those who look at instances know it; empty if that is not
	 * known
	 */
	default String device() {
		return "";
	}

}
