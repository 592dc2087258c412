package io.modelserving.serving.traffic;

/**
 * The outcome of a call that was to be copied.
 */
public enum ShadowOutcome {

	/** Both versions gave the same result, within the tolerance. */
	MATCHED,

	/** The versions gave different results. */
	DIFFERED,

	/** The version that got the copy gave no result. */
	FAILED,

	/** The copy was not made, for want of room or because the version does not serve. */
	SKIPPED

}
