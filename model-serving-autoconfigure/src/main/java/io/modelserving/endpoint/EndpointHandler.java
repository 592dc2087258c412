package io.modelserving.endpoint;

import org.jspecify.annotations.Nullable;

/**
 * What all handlers of endpoints have in common.
 *
 * @param <I> the request
 * @param <O> the response
 */
public sealed interface EndpointHandler<I, O>
		permits ModelHandler, MultiItemModelHandler, PipelineHandler, StreamingModelHandler {

	/**
	 * Return a request that succeeds. The API's documentation shows it, so that trying
	 * the endpoint out works. It is validated and encoded at startup, which fails if it
	 * is wrong, and run and decoded when the model has been loaded, before which the
	 * endpoint does not start.
	 * @return the example, or {@code null} if there is none
	 */
	default @Nullable I example() {
		return null;
	}

}
