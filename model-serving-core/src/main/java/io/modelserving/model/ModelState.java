package io.modelserving.model;

/**
 * State of one version of a model. It goes one way: {@code LOADING}, {@code WARMING},
 * {@code READY}, {@code DRAINING}, {@code UNLOADED}; from the first two also to
 * {@code FAILED}. A retry begins with {@code LOADING} again; during a reload the state
 * stays {@code READY}.
 */
public enum ModelState {

	/** The runtime reads the model. */
	LOADING,

	/** The model runs on samples before it takes requests. */
	WARMING,

	/** The model takes requests. */
	READY,

	/** The model finishes what it has accepted and takes nothing more. */
	DRAINING,

	/**
	 * The model takes nothing, and its memory is free unless the reason says otherwise.
	 */
	UNLOADED,

	/** The model could not be loaded or warmed up. */
	FAILED

}
