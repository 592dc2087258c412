package io.modelserving.serving.stream;

/**
 * A stream has ended before all of its events were sent: the client has gone or is too
 * slow, its time is over, or the application shuts down. Code that makes events lets it
 * pass, as there is nobody left to make any for.
 */
public final class StreamClosedException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final StreamOutcome outcome;

	/**
	 * Create the exception.
	 * @param outcome why the stream has ended
	 */
	public StreamClosedException(StreamOutcome outcome) {
		super("the stream has ended: " + describe(outcome), null, false, false);
		this.outcome = outcome;
	}

	private static String describe(StreamOutcome outcome) {
		return switch (outcome) {
			case SUCCESS, FAILED -> "its handler is done";
			case DEADLINE_EXCEEDED -> "its deadline has passed";
			case CLIENT_DISCONNECT -> "the client has disconnected";
			case SLOW_CLIENT -> "the client reads too slowly";
			case SHUTDOWN -> "the application is shutting down";
		};
	}

	public StreamOutcome outcome() {
		return this.outcome;
	}

}
