package io.modelserving.model;

import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Workspace;

/**
 * A loaded model. Thread-safe: any number of threads may run it at once, each with a
 * workspace of its own.
 */
public interface Model extends AutoCloseable {

	ModelSignature signature();

	ModelMetadata metadata();

	/**
	 * Run the model once.
	 * @param inputs tensors that the signature accepts; direct ones are read where they
	 * are
	 * @param workspace memory of the calling thread for what the run needs beside them
	 * @return all outputs of the signature, in its order, in memory of their own
	 * @throws InferenceException.InvalidInput if the signature does not accept the inputs
	 * @throws InferenceException.ExecutionFailed if the run fails
	 * @throws IllegalStateException if the model is closed
	 */
	NamedTensors run(NamedTensors inputs, Workspace workspace);

	/**
	 * Run the model once, under a control that can end the run. A runtime ends it between
	 * two operators at the earliest, so one operator that runs long is awaited.
	 * @param inputs as for {@link #run(NamedTensors, Workspace)}
	 * @param workspace as for {@link #run(NamedTensors, Workspace)}
	 * @param control ends the run; ignored where the runtime cannot be interrupted
	 * @return as {@link #run(NamedTensors, Workspace)} does; a run that was complete when
	 * it was to end gives its outputs
	 * @throws InferenceException.ExecutionFailed if the run fails or was ended
	 */
	default NamedTensors run(NamedTensors inputs, Workspace workspace, RunControl control) {
		return run(inputs, workspace);
	}

	/**
	 * Run the model once, and then give back what memory this run and larger ones before
	 * have left with the model, where the runtime can. The next run is slower for it.
	 * @param inputs as for {@link #run(NamedTensors, Workspace)}
	 * @param workspace as for {@link #run(NamedTensors, Workspace)}
	 * @return as {@link #run(NamedTensors, Workspace)} does
	 */
	default NamedTensors runAndRelease(NamedTensors inputs, Workspace workspace) {
		return run(inputs, workspace);
	}

	/**
	 * Return what does the work of a run.
	 * @return {@link ComputeUnit#PROCESSOR} if that is not known
	 */
	default ComputeUnit computeUnit() {
		return ComputeUnit.PROCESSOR;
	}

	/**
	 * Free the model's memory, once the runs under way have ended; later runs are
	 * rejected. Closing again does nothing.
	 */
	@Override
	void close();

}
