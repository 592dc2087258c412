package io.modelserving.endpoint;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.Deadline;
import io.modelserving.model.DerivedFutures;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.model.Outcome;
import io.modelserving.serving.cache.CacheUse;

/**
 * Hands requests in to a pipeline, whose results are the responses.
 *
 * @param handler has the pipeline
 * @param <I> the request
 * @param <O> the response
 */
record PipelineCall<I, O>(PipelineHandler<I, O> handler) implements EndpointCall<I, O> {

	@Override
	public CompletableFuture<Started<O>> start(I request, Deadline deadline, @Nullable String routingKey,
			CacheUse cache) {
		return DerivedFutures.map(this.handler.pipeline().submit(request, deadline),
				(response) -> new Started<>(() -> response, null));
	}

	@Override
	public @Nullable Overloaded rejection(Deadline deadline) {
		long nanos = this.handler.pipeline().predictedNanos();
		return (nanos > deadline.remainingNanos(System.nanoTime()))
				? new Overloaded("the pipeline takes %d ms; the response could not be ready within %s"
					.formatted(nanos / 1_000_000, deadline), Duration.ofNanos(nanos))
				: null;
	}

	/** The stages count what was handed in to them. */
	@Override
	public void notMade(Outcome outcome, long arrival) {
	}

}
