package io.modelserving.tuning;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import io.modelserving.model.ModelKey;

/**
 * Finds out which numbers of instances and threads and which batch size are best for a
 * model on this machine, by running copies of it beside the one that serves. That costs
 * live traffic processor time, and the process the memory of the copies, of one setup at
 * a time. One model is tuned at a time. Thread-safe.
 */
public interface ModelTuner {

	/**
	 * Begin to tune a model, and return at once.
	 * @param key the model and version
	 * @param request what is wanted
	 * @return the tuning as it is now
	 * @throws io.modelserving.model.InferenceException.ModelNotFound if it is not known
	 * @throws io.modelserving.model.InferenceException.ModelUnavailable if it is not
	 * ready, or the server is shutting down
	 * @throws TuningRejectedException if a model is being tuned
	 */
	TuningStatus start(ModelKey key, TuningRequest request);

	/**
	 * Return the tuning of a model that was begun last.
	 * @param model the name of the model
	 * @return how far it is, or empty if there was none
	 */
	Optional<TuningStatus> status(String model);

	/**
	 * End the tuning of a model, if one is under way. Its memory is freed once the runs
	 * under way have ended.
	 * @param model the name of the model
	 * @return the tuning once it has ended, cancelled or otherwise; fails with
	 * {@code ModelNotFound} if there was none
	 */
	CompletableFuture<TuningStatus> cancel(String model);

}
