package io.modelserving.repository;

/**
 * When models of a repository are loaded and unloaded.
 */
public enum RepositoryMode {

	/** All at startup, and never again. */
	NONE,

	/** All at startup; from then on whatever changes on disk. */
	POLL,

	/** Only what is asked for. */
	EXPLICIT

}
