package io.modelserving.sequence;

/**
 * Listens to the sequences of one version of a model. Called from many threads, never
 * under a lock; must be quick.
 */
public interface SequenceListener {

	/** Is not interested. */
	SequenceListener NONE = new SequenceListener() {
	};

	/**
	 * The first request of a sequence has run.
	 */
	default void started() {
	}

	/**
	 * A sequence that had started has ended.
	 * @param end how
	 */
	default void ended(SequenceEnd end) {
	}

}
