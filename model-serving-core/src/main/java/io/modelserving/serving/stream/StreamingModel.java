package io.modelserving.serving.stream;

import java.time.Duration;

import io.modelserving.model.ModelSignature;
import io.modelserving.tensor.NamedTensors;

/**
 * A model that the application writes, which sends any number of results for a call. A
 * bean of this type is served beside the models that have a file; clients of the Open
 * Inference Protocol see a decoupled model, whose results they take from a stream. Must
 * be thread-safe.
 */
public interface StreamingModel {

	/**
	 * Return the name by which clients know it.
	 * @return the name, which no other model has
	 */
	String name();

	/**
	 * Return what a call gives, and what each result has.
	 * @return the inputs and outputs; a call that does not fit is rejected
	 */
	ModelSignature signature();

	/**
	 * Return the model that it calls, without which it is not ready.
	 * @return the name
	 */
	String model();

	/**
	 * Return how many calls may be under way. Each has a thread; further ones wait.
	 * @return the number, at least 1
	 */
	default int concurrency() {
		return 16;
	}

	/**
	 * Return how long a call may take whose client does not ask for less.
	 * @return the time
	 */
	default Duration timeout() {
		return Duration.ofMinutes(10);
	}

	/**
	 * Make the results of a call. It is complete when this returns. It ends early if the
	 * client goes, reads too slowly or has no more time, or the application shuts down:
	 * then a call of the model that waits is cancelled, the thread is interrupted where
	 * it waits for something else, and {@code model} and {@code results} throw a
	 * {@link StreamClosedException}, which is to be let pass.
	 * @param inputs the inputs, which fit the signature
	 * @param model runs the model
	 * @param results takes the results, each with all outputs of the signature
	 * @throws IllegalArgumentException before the first call of the model and the first
	 * result, if the inputs make no sense: the caller gets this message
	 * @throws Exception if it fails: the caller gets an error with an id that is in the
	 * log
	 */
	void infer(NamedTensors inputs, ModelCalls model, EventSink<NamedTensors> results) throws Exception;

}
