package io.modelserving.batching.admission;

/**
 * Whether the queue admitted a call.
 *
 * @param decision whether it was, and if not, why
 * @param queuedRows the rows that wait before it
 * @param prediction what was predicted for it
 */
public record Admission(Decision decision, int queuedRows, Prediction prediction) {

	/**
	 * Return why the call was not admitted.
	 * @return the reason
	 * @throws IllegalStateException if it was admitted
	 */
	public RejectionReason reason() {
		return switch (this.decision) {
			case FULL -> RejectionReason.QUEUE_FULL;
			case CLOSED -> RejectionReason.DRAINING;
			case LATE -> RejectionReason.PREDICTED_LATE;
			case BEYOND_OBJECTIVE -> RejectionReason.OBJECTIVE;
			case ADMITTED -> throw new IllegalStateException("the call was admitted");
		};
	}

	/**
	 * What was decided.
	 */
	public enum Decision {

		ADMITTED, FULL, CLOSED, LATE, BEYOND_OBJECTIVE

	}

}
