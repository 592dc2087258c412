package io.modelserving.batching;

/**
 * Whether a call was let in.
 *
 * @param verdict whether it was, and if not, why
 * @param queuedRows the rows that wait before it
 * @param prediction what was predicted for it
 */
record Admission(Verdict verdict, int queuedRows, Prediction prediction) {

	enum Verdict {

		ADMITTED, FULL, CLOSED, LATE, BEYOND_OBJECTIVE

	}

}
