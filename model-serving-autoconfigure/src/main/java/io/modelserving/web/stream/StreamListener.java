package io.modelserving.web.stream;

import io.modelserving.serving.stream.StreamOutcome;

/**
 * Notified of what happens to streams. Implementations are thread-safe and quick.
 */
public interface StreamListener {

	/** Takes no notice. */
	StreamListener NONE = new StreamListener() {
	};

	/**
	 * A stream has begun.
	 * @param endpoint the path that it was asked for
	 */
	default void opened(String endpoint) {
	}

	/**
	 * An event was sent.
	 * @param endpoint the path of the stream
	 */
	default void sent(String endpoint) {
	}

	/**
	 * A stream has ended.
	 * @param endpoint its path
	 * @param outcome how it ended
	 * @param nanos the time since its request arrived
	 */
	default void ended(String endpoint, StreamOutcome outcome, long nanos) {
	}

}
