package io.modelserving.serving.cache;

/**
 * Listens to the cache of one version of a model. Called from many threads, never under a
 * lock; must be quick.
 */
public interface CacheListener {

	/** Ignores all events. */
	CacheListener NONE = new CacheListener() {
	};

	/**
	 * The cache has done for a call what it can.
	 * @param outcome what it did
	 * @param nanos how long that took without running the model or waiting for it, in
	 * nanoseconds
	 */
	default void looked(CacheOutcome outcome, long nanos) {
	}

	/**
	 * A result was dropped, as there was no more room or its time had passed.
	 */
	default void evicted() {
	}

	/**
	 * A result could not be read or kept. The call went on without.
	 */
	default void failed() {
	}

}
