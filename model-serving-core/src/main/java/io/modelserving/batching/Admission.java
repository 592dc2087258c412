package io.modelserving.batching;

/**
 * Whether the queue admitted a call.
 *
 * @param decision whether it was, and if not, why
 * @param queuedRows the rows that wait before it
 * @param prediction what was predicted for it
 */
record Admission(Decision decision, int queuedRows, Prediction prediction) {

	enum Decision {

		ADMITTED, FULL, CLOSED, LATE, BEYOND_OBJECTIVE

	}

}
