package io.modelserving.endpoint;

/**
 * What to do about an endpoint whose example does not work.
 */
public enum ExampleCheck {

	/** The endpoint does not start. */
	FAIL,

	/** The endpoint starts, and a warning is logged. */
	WARN,

	/** Examples are not tried. */
	OFF

}
