package io.modelserving.serving.stream;

/**
 * Takes the events of a stream. Thread-safe.
 *
 * @param <E> the event
 */
@FunctionalInterface
public interface EventSink<E> {

	/**
	 * Send an event. Waits for a client that reads slowly, for as long as
	 * {@code model-serving.endpoints.streams.send-timeout} allows.
	 * @param event the event
	 * @throws StreamClosedException if the stream has ended, or ends while this waits
	 */
	void send(E event);

}
