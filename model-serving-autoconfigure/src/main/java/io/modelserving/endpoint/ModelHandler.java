package io.modelserving.endpoint;

import org.jspecify.annotations.Nullable;

import io.modelserving.sequence.SequenceStep;
import io.modelserving.tensor.NamedTensors;

/**
 * Translates between the requests and responses of an endpoint and the tensors of a
 * model. Must be thread-safe.
 *
 * @param <I> the request; usually a record, read from JSON and validated. Its components
 * are required unless they are {@link java.util.Optional} or annotated {@code @Nullable}
 * @param <O> the response; usually a record, written as JSON
 */
public non-sealed interface ModelHandler<I, O> extends EndpointHandler<I, O> {

	/**
	 * Make the inputs of the model. Runs on a thread of the web server.
	 * @param request a valid request
	 * @return the inputs, with one row or more; what the model does not take is a mistake
	 * of the handler, and the caller gets a 500
	 * @throws IllegalArgumentException if the request cannot be encoded: the caller gets
	 * a 400 with this message
	 */
	NamedTensors encode(I request);

	/**
	 * Return the place of a request in a sequence, which a model needs that keeps state
	 * between the requests of one.
	 * @param request a valid request
	 * @return the id of the sequence, and whether it starts or ends with this request;
	 * {@code null}, the default, if the request belongs to none. A sequence that does not
	 * exist is the caller's mistake, a 400
	 * @throws IllegalArgumentException if the request says no place that there can be:
	 * the caller gets a 400 with this message
	 */
	default @Nullable SequenceStep sequence(I request) {
		return null;
	}

	/**
	 * Make the response. Runs on the completion executor.
	 * @param request the request
	 * @param outputs all outputs of the model, with as many rows as the inputs had
	 * @return the response
	 */
	O decode(I request, NamedTensors outputs);

}
