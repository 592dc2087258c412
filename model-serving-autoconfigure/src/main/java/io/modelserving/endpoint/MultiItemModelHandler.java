package io.modelserving.endpoint;

import java.util.List;

import io.modelserving.tensor.NamedTensors;

/**
 * A {@link ModelHandler} for requests of several independent items, such as texts to
 * embed. Each item is a call of its own: it shares batches with the items of all clients,
 * and items of one request may differ in length. Must be thread-safe.
 *
 * @param <I> the request
 * @param <O> the response
 */
public non-sealed interface MultiItemModelHandler<I, O> extends EndpointHandler<I, O> {

	/**
	 * Make the inputs of the model for each item. Runs on a thread of the web server.
	 * @param request a valid request
	 * @return the inputs of each item, each of one row or more; may be empty. What the
	 * model does not take is a mistake of the handler, and the caller gets a 500
	 * @throws IllegalArgumentException if the request cannot be encoded: the caller gets
	 * a 400 with this message
	 */
	List<NamedTensors> encode(I request);

	/**
	 * Make the response. Runs on the completion executor, once all items have succeeded;
	 * if one fails, the others are cancelled and the request fails.
	 * @param request the request
	 * @param outputs all outputs of the model for each item, in the order of the items
	 * @return the response
	 */
	O decode(I request, List<NamedTensors> outputs);

}
