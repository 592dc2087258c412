package io.modelserving.endpoint;

import io.modelserving.serving.stream.EventSink;
import io.modelserving.serving.stream.ModelCalls;

/**
 * Serves the results of a request one by one: as Server-Sent Events, as lines of JSON, or
 * as one array, whichever the client accepts. Must be thread-safe. <pre>
 * void stream(Prompt prompt, ModelCalls model, EventSink&lt;Token&gt; events) {
 *     for (State state = start(prompt); !state.isDone(); state = next(state, model.infer(encode(state)))) {
 *         events.send(token(state));
 *     }
 * }</pre>
 *
 * @param <I> the request; usually a record, read and validated as for a
 * {@link ModelHandler}. From a flat one clients may also make a {@code GET}, which is
 * what browsers do
 * @param <E> the event; usually a record, written as JSON
 */
public non-sealed interface StreamingModelHandler<I, E> extends EndpointHandler<I, E> {

	/**
	 * Make the events. Runs on a thread of the stream, with what belongs to the thread of
	 * the request, such as its authorities. The stream ends when this returns. It ends
	 * early if the client goes, reads too slowly or has no more time, or the application
	 * shuts down: then a call of the model that waits is cancelled, the thread is
	 * interrupted where it waits for something else, and {@code model} and {@code events}
	 * throw a {@link io.modelserving.serving.stream.StreamClosedException}, which is to
	 * be let pass.
	 * @param request a valid request
	 * @param model runs the model of the endpoint
	 * @param events takes the events
	 * @throws IllegalArgumentException before the first call of the model and the first
	 * event, if the request cannot be encoded: the caller gets a 400 with this message
	 * @throws Exception if the handler fails: the caller gets a 500, or after the first
	 * event an error in the stream, with an id that is in the log
	 */
	void stream(I request, ModelCalls model, EventSink<E> events) throws Exception;

}
