package io.modelserving.batching;

/**
 * Whether a call was let in.
 *
 * @param verdict whether it was, and if not, why
 * @param queuedRows the rows that wait before it
 * @param prediction what was predicted for it
 * @param drainNanos the time until all that waits has left the queue, in nanoseconds; 0
 * if that is unknown or of no interest
 */
record Admission(Verdict verdict, int queuedRows, Prediction prediction, long drainNanos) {

	enum Verdict {

		ADMITTED, FULL, CLOSED, LATE, BEYOND_OBJECTIVE

	}

}
