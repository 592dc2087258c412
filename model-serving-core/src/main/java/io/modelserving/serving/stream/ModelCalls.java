package io.modelserving.serving.stream;

import java.util.List;

import io.modelserving.sequence.SequenceStep;
import io.modelserving.tensor.NamedTensors;

/**
 * Runs a model for a stream, as often as that needs. Each call waits in the queue of the
 * model, shares batches with those of all clients, and has what is left of the time of
 * the stream, unless the limit of the model is shorter. Thread-safe.
 */
public interface ModelCalls {

	/**
	 * Run the model for several independent items, and wait for the results.
	 * @param items the inputs of each item
	 * @return all outputs for each item, in the order of the items
	 * @throws io.modelserving.model.InferenceException if the model gives no result,
	 * which is what the caller gets if it is let pass
	 * @throws StreamClosedException if the stream has ended, or ends while this waits
	 */
	List<NamedTensors> infer(List<NamedTensors> items);

	/**
	 * Run a model that keeps state for the next request of a sequence, and wait for the
	 * result.
	 * @param inputs the inputs
	 * @param step the place of the request in its sequence
	 * @return all outputs
	 * @throws io.modelserving.model.InferenceException as {@link #infer(List)} does
	 * @throws StreamClosedException likewise
	 */
	NamedTensors infer(NamedTensors inputs, SequenceStep step);

	/**
	 * Run the model, and wait for the result.
	 * @param inputs the inputs, with one row or more
	 * @return all outputs
	 * @throws io.modelserving.model.InferenceException as {@link #infer(List)} does
	 * @throws StreamClosedException likewise
	 */
	default NamedTensors infer(NamedTensors inputs) {
		return infer(List.of(inputs)).get(0);
	}

}
