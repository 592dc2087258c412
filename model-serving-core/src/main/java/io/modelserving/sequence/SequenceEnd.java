package io.modelserving.sequence;

/**
 * How a sequence ended.
 */
public enum SequenceEnd {

	/** With its last request. */
	COMPLETED("it has ended with its last request"),

	/** A request began it anew. */
	RESTARTED("it was started anew"),

	/** There was no request for too long. */
	EXPIRED("it had no request for longer than sequences.idle-timeout"),

	/** Its version was loaded again or unloaded. */
	UNLOADED("its version was loaded again or unloaded");

	private final String reason;

	SequenceEnd(String reason) {
		this.reason = reason;
	}

	String reason() {
		return this.reason;
	}

}
