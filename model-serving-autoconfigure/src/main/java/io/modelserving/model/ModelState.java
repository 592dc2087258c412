package io.modelserving.model;

/**
 * State of one version of a model. It goes one way: {@code LOADING}, {@code WARMING},
 * {@code READY}, {@code DRAINING}, {@code UNLOADED}; from the first two also to
 * {@code FAILED}. A retry or a reload is a new life that begins with {@code LOADING}.
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

	/** The model's memory is free. */
	UNLOADED,

	/** The model could not be loaded or warmed up. */
	FAILED

}
