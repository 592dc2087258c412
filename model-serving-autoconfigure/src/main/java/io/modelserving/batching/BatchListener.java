package io.modelserving.batching;

/**
 * Hears what a batcher does. Called from many threads, never under a lock; must be quick.
 * What it throws is logged once and does no harm to the calls.
 */
public interface BatchListener {

	/** Hears nothing. */
	BatchListener NONE = new BatchListener() {
	};

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
	 * A batch was run. A batch that fails and is bisected is heard of once for each run.
	 * @param requests the number of requests in it, parts of split ones counted each
	 * @param rows the number of rows
	 * @param times what the parts of the run took
	 * @param succeeded whether it gave an answer
	 */
	default void executed(int requests, int rows, BatchTimes times, boolean succeeded) {
	}

	/**
	 * A request left without having run, or what remained of a split one.
	 * @param reason why
	 * @param rows the number of rows that were not run
	 */
	default void rejected(RejectionReason reason, int rows) {
	}

}
