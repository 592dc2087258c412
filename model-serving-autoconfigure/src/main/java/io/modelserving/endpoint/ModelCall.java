package io.modelserving.endpoint;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.Deadline;
import io.modelserving.model.DerivedFutures;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.model.Outcome;
import io.modelserving.pipeline.ItemCalls;
import io.modelserving.sequence.SequenceStep;
import io.modelserving.serving.InferenceRequest.Origin;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.cache.CacheOutcome;
import io.modelserving.serving.cache.CacheUse;
import io.modelserving.tensor.NamedTensors;

/**
 * Runs requests through a handler and a model: encode, infer, decode. Thread-safe.
 *
 * @param <I> the request
 * @param <O> the response
 */
final class ModelCall<I, O> implements EndpointCall<I, O> {

	private final HandlerCalls<I, O> handler;

	private final InferenceService service;

	private final String model;

	private final @Nullable Long version;

	private final Origin origin;

	ModelCall(EndpointHandler<I, O> handler, InferenceService service, String model, @Nullable Long version,
			Origin origin) {
		this.handler = new HandlerCalls<>(handler);
		this.service = service;
		this.model = model;
		this.version = version;
		this.origin = origin;
	}

	/**
	 * Encode a request on this thread, and have the model run. What makes the response
	 * decodes the outputs.
	 */
	@Override
	public CompletableFuture<Started<O>> start(I request, Deadline deadline, @Nullable String routingKey,
			CacheUse cache) {
		CompletableFuture<Started<O>> started = new CompletableFuture<>();
		try {
			List<NamedTensors> items = this.handler.encode(request);
			// an example starts no sequence: it is run from the initial state
			SequenceStep step = (this.origin != Origin.EXAMPLE) ? this.handler.sequence(request) : null;
			CompletableFuture<List<InferenceResult>> results = ItemCalls.start(items,
					(inputs) -> infer(inputs, step, deadline, routingKey, cache));
			DerivedFutures.link(results, started,
					(all) -> started.complete(new Started<>(
							() -> this.handler.decode(request, all.stream().map(InferenceResult::outputs).toList()),
							longest(all))),
					(failure) -> started.completeExceptionally(this.handler.blame(failure)));
		}
		catch (RuntimeException ex) {
			if (ex instanceof HandlerFailedException && this.origin != Origin.EXAMPLE) {
				notMade(Outcome.FAILED, deadline.arrival());
			}
			started.completeExceptionally(ex);
		}
		return started;
	}

	/** If one item had to run, the request had to wait for it. */
	private static @Nullable CacheOutcome longest(List<InferenceResult> results) {
		CacheOutcome longest = null;
		for (InferenceResult result : results) {
			CacheOutcome own = result.cache();
			longest = (own != null && (longest == null || own.compareTo(longest) > 0)) ? own : longest;
		}
		return longest;
	}

	@Override
	public @Nullable Overloaded rejection(Deadline deadline) {
		return this.service.rejection(this.model, this.version, 0, deadline.arrival()).orElse(null);
	}

	@Override
	public void notMade(Outcome outcome, long arrival) {
		this.service.notMade(this.model, this.version, outcome, arrival);
	}

	private CompletableFuture<InferenceResult> infer(NamedTensors inputs, @Nullable SequenceStep step,
			Deadline deadline, @Nullable String routingKey, CacheUse cache) {
		try {
			return this.service.infer(InferenceRequest.builder(this.model, inputs)
				.version(this.version)
				.deadline(deadline)
				.routingKey(routingKey)
				.sequence(step)
				.origin(this.origin)
				.cache(cache)
				.build());
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

}
