package io.modelserving.tuning;

/**
 * A model cannot be tuned now because one is being tuned. The message is meant for
 * callers.
 */
public final class TuningRejectedException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	public TuningRejectedException(String message) {
		super(message);
	}

}
