package io.modelserving.serving;

import java.util.concurrent.CompletableFuture;

/**
 * The door to all models: whatever protocol a call comes by, it passes here. Thread-safe.
 */
@FunctionalInterface
public interface InferenceService {

	/**
	 * Run a model. Never blocks and never throws: what goes wrong, fails the future.
	 * @param request what to run
	 * @return the answer, or an {@link io.modelserving.model.InferenceException}, not
	 * wrapped. Cancelling it gives the request up. Dependent stages run on the completion
	 * executor of the registry
	 */
	CompletableFuture<InferenceResult> infer(InferenceRequest request);

}
