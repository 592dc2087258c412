package io.modelserving.serving.warmup;

import java.util.function.LongSupplier;

import io.modelserving.batching.DeadlineTimer;
import io.modelserving.model.InferenceException;
import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.Model;
import io.modelserving.model.RunControl;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Workspace;

/**
 * Runs a model until a deadline, and no longer: a run that is under way then is
 * terminated. What a run throws is an {@link InferenceException}, also where memory or
 * the stack was too small for it. Used by one thread.
 */
final class LimitedRuns {

	private final Model model;

	private final DeadlineTimer timer;

	private final LongSupplier nanoTime;

	private final Workspace workspace = new Workspace();

	/**
	 * Create the runs of a model.
	 * @param timer ends those that take too long
	 * @param nanoTime the clock that ends go by
	 */
	LimitedRuns(Model model, DeadlineTimer timer, LongSupplier nanoTime) {
		this.model = model;
		this.timer = timer;
		this.nanoTime = nanoTime;
	}

	/**
	 * Run the model once.
	 * @param inputs what to run it on
	 * @param end the nanosecond time at which the run is terminated
	 * @return the outputs
	 * @throws InferenceException if the run fails, or has not ended by then
	 */
	NamedTensors run(NamedTensors inputs, long end) {
		long remaining = end - this.nanoTime.getAsLong();
		if (remaining <= 0) {
			throw new ExecutionFailed("the time for warming up is over", null);
		}
		RunControl control = new RunControl();
		Runnable cancellation = this.timer.schedule(remaining, control::terminate);
		try {
			this.model.signature().check(inputs);
			return this.model.run(inputs.toDirect(this.workspace), this.workspace, control);
		}
		catch (InferenceException ex) {
			throw control.isTerminated()
					? new ExecutionFailed("the run did not end within the time for warming up, and was terminated", ex)
					: ex;
		}
		catch (OutOfMemoryError | StackOverflowError ex) {
			throw new ExecutionFailed("there is too little memory for the run", ex);
		}
		finally {
			cancellation.run();
		}
	}

	/**
	 * Return why a run failed.
	 */
	static String reasonOf(InferenceException failure) {
		Throwable cause = failure.getCause();
		String message = String.valueOf(failure.getMessage());
		return (cause == null || cause.getMessage() == null) ? message : message + ": " + cause.getMessage();
	}

}
