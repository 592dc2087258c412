package io.modelserving.endpoint;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.Deadline;
import io.modelserving.model.DerivedFutures;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.model.Outcome;
import io.modelserving.serving.InferenceRequest.Origin;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.cache.CacheOutcome;
import io.modelserving.serving.cache.CacheUse;

/**
 * What stands behind an endpoint: a handler with its model, or a pipeline. Thread-safe.
 *
 * @param <I> the request
 * @param <O> the response
 */
interface EndpointCall<I, O> {

	/**
	 * Make the call of an endpoint.
	 * @param handler the handler
	 * @param service runs the models
	 * @param model the name of the model, empty for a pipeline
	 * @param version the version, or {@code null} for the default one
	 * @param origin who calls
	 */
	static <I, O> EndpointCall<I, O> of(EndpointHandler<I, O> handler, InferenceService service, String model,
			@Nullable Long version, Origin origin) {
		return (handler instanceof PipelineHandler<I, O> pipeline) ? new PipelineCall<>(pipeline)
				: new ModelCall<>(handler, service, model, version, origin);
	}

	/**
	 * Have a request worked on.
	 * @param request the request
	 * @param deadline when the request arrived, and how long it may take unless the
	 * model's own limit is shorter
	 * @param routingKey requests of the same key get the same version, {@code null} if
	 * any will do
	 * @param cache what the request may take from the cache of the model
	 * @return what makes the response, or what went wrong, not wrapped. Cancelling it
	 * gives up what has not run yet, and so does the failure of one item for the others
	 */
	CompletableFuture<Started<O>> start(I request, Deadline deadline, @Nullable String routingKey, CacheUse cache);

	/**
	 * Respond to a request: what {@link #start} does, and making the response on the
	 * thread on which there is the result.
	 * @return the response, or what went wrong, not wrapped
	 */
	default CompletableFuture<O> respond(I request, Deadline deadline, @Nullable String routingKey) {
		return DerivedFutures.map(start(request, deadline, routingKey, CacheUse.USE),
				(started) -> started.response().get());
	}

	/**
	 * Return what a request that arrives now would be rejected with, before it is read.
	 * @param deadline when it arrived, and how long it may take
	 * @return the rejection, or {@code null} if it is to be read
	 */
	@Nullable Overloaded rejection(Deadline deadline);

	/**
	 * Count a call that was not made.
	 * @param outcome how it ended
	 * @param arrival the time at which its request arrived
	 */
	void notMade(Outcome outcome, long arrival);

	/**
	 * A request whose result is there.
	 *
	 * @param response makes the response
	 * @param cache what the cache of the model did, or {@code null} if it has none
	 * @param <O> the response
	 */
	record Started<O>(Supplier<O> response, @Nullable CacheOutcome cache) {
	}

}
