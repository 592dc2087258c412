package io.modelserving.serving.stream;

/**
 * How a stream ended.
 */
public enum StreamOutcome {

	/** All events were sent. */
	SUCCESS,

	/** The code that makes the events, or a model, failed. */
	FAILED,

	/** Its time was over. */
	DEADLINE_EXCEEDED,

	/** The client closed the connection. */
	CLIENT_DISCONNECT,

	/** The client took too long to read. */
	SLOW_CLIENT,

	/** The application shuts down. */
	SHUTDOWN

}
