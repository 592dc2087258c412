package io.modelserving.messaging;

/**
 * Listens to what a function does. Thread-safe.
 */
interface MessageListener {

	/** Listens to nothing. */
	MessageListener NONE = new MessageListener() {
	};

	/**
	 * A poll has its replies.
	 * @param replied the messages that have replies
	 * @param deadLetters those that go to the dead letters
	 * @param nanos the time that it took, in nanoseconds
	 */
	default void polled(int replied, int deadLetters, long nanos) {
	}

	/**
	 * Messages are tried again.
	 * @param messages how many
	 */
	default void retried(int messages) {
	}

}
