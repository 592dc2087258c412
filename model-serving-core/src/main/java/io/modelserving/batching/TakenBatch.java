package io.modelserving.batching;

import java.util.List;

/**
 * A batch that an instance has taken from the queue.
 *
 * @param reason why now
 * @param batch the calls to run, none if only unwanted ones were found
 * @param unwanted calls whose callers cancelled or whose deadlines passed, to be
 * completed
 */
record TakenBatch<I, O>(DispatchReason reason, List<PendingCall<I, O>> batch, List<PendingCall<I, O>> unwanted) {

	int rows() {
		int rows = 0;
		for (PendingCall<I, O> call : this.batch) {
			rows += call.rows();
		}
		return rows;
	}

}
