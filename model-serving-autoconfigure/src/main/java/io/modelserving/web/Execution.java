package io.modelserving.web;

/**
 * How requests to models wait for their results, at every load alike.
 */
public enum Execution {

	/**
	 * The thread of the request waits, and writes the response: what belongs to that
	 * thread is available from the first filter to the last byte.
	 */
	BLOCKING,

	/**
	 * The thread of the request leaves, and the response takes a dispatch of its own,
	 * however fast the result arrives.
	 */
	ASYNCHRONOUS

}
