package io.modelserving.batching;

import io.modelserving.batching.admission.RejectionReason;
import java.util.List;

/**
 * Listens to the events of a batcher. Called from many threads, never under a lock; must
 * be quick. What it throws is logged once and does no harm to the calls.
 */
public interface BatchListener {

	/** Ignores all events. */
	BatchListener NONE = new BatchListener() {
	};

	/**
	 * Return a listener that notifies several ones. What one of them throws is logged
	 * once and keeps nothing from the others.
	 * @param listeners the listeners, in the order in which they are notified
	 * @return the listener
	 */
	static BatchListener of(List<BatchListener> listeners) {
		return new GuardedListener(listeners);
	}

	/**
	 * A batch left the queue.
	 * @param reason why now
	 * @param requests the number of requests in it, parts of split ones counted each
	 * @param rows the number of rows in it
	 */
	default void dispatched(DispatchReason reason, int requests, int rows) {
	}

	/**
	 * A request left the queue to be run.
	 * @param nanos the time that it waited, in nanoseconds
	 */
	default void waited(long nanos) {
	}

	/**
	 * A batch was run. A batch that fails and is bisected is reported once for each run.
	 * @param requests the number of requests in it, parts of split ones counted each
	 * @param rows the number of rows
	 * @param times what the parts of the run took
	 * @param succeeded whether it gave a result
	 */
	default void executed(int requests, int rows, BatchTimes times, boolean succeeded) {
	}

	/**
	 * The output of a run did not have the rows of its batch, and was not divided. Calls
	 * share no batches from the first time on.
	 */
	default void mismatched() {
	}

	/**
	 * A run was terminated, as all its callers were gone or the model is drained.
	 */
	default void terminated() {
	}

	/**
	 * An instance hangs: a run did not end after it was terminated.
	 */
	default void hung() {
	}

	/**
	 * A request left without having run, or what remained of a split one.
	 * @param reason why
	 * @param rows the number of rows that were not run
	 */
	default void rejected(RejectionReason reason, int rows) {
	}

}
