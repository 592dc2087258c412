package io.modelserving.endpoint;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.Deadline;
import io.modelserving.model.DerivedFutures;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.model.Outcome;
import io.modelserving.pipeline.ItemCalls;
import io.modelserving.serving.InferenceRequest.Origin;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.InferenceService;
import io.modelserving.tensor.NamedTensors;

/**
 * Runs requests through a handler and a model: encode, infer, decode. Thread-safe.
 *
 * @param <I> the request
 * @param <O> the response
 */
final class EndpointCall<I, O> {

	private final HandlerCalls<I, O> handler;

	private final InferenceService service;

	private final String model;

	private final @Nullable Long version;

	private final Origin origin;

	EndpointCall(EndpointHandler<I, O> handler, InferenceService service, String model, @Nullable Long version) {
		this(handler, service, model, version, Origin.HANDLER);
	}

	EndpointCall(EndpointHandler<I, O> handler, InferenceService service, String model, @Nullable Long version,
			Origin origin) {
		this.handler = new HandlerCalls<>(handler);
		this.service = service;
		this.model = model;
		this.version = version;
		this.origin = origin;
	}

	/**
	 * Encode a request on this thread, and have the model run.
	 * @param request the request
	 * @param deadline when the request arrived, and how long it may take unless the
	 * model's own limit is shorter
	 * @param routingKey requests of the same key get the same version, {@code null} if
	 * any will do
	 * @return what is to be decoded, or what went wrong, not wrapped. Cancelling it gives
	 * up what has not run yet, and so does the failure of one item for the others
	 */
	CompletableFuture<Inferred<I>> infer(I request, Deadline deadline, @Nullable String routingKey) {
		CompletableFuture<Inferred<I>> inferred = new CompletableFuture<>();
		try {
			List<NamedTensors> items = this.handler.encode(request);
			CompletableFuture<List<InferenceResult>> results = ItemCalls.start(items,
					(inputs) -> infer(inputs, deadline, routingKey));
			DerivedFutures.link(results, inferred,
					(all) -> inferred
						.complete(new Inferred<>(request, all.stream().map(InferenceResult::outputs).toList())),
					(failure) -> inferred.completeExceptionally(this.handler.blame(failure)));
		}
		catch (RuntimeException ex) {
			if (ex instanceof HandlerFailedException && this.origin != Origin.EXAMPLE) {
				notMade(Outcome.FAILED, deadline.arrival());
			}
			inferred.completeExceptionally(ex);
		}
		return inferred;
	}

	/**
	 * Respond to a request: what {@link #infer} does, and decoding on the thread on which
	 * the model gives its result.
	 * @return the response, or what went wrong, not wrapped
	 */
	CompletableFuture<O> respond(I request, Deadline deadline, @Nullable String routingKey) {
		return DerivedFutures.map(infer(request, deadline, routingKey), this::decode);
	}

	/**
	 * Make the response.
	 * @param inferred what the model gave
	 * @return the response
	 * @throws RuntimeException if the handler fails
	 */
	O decode(Inferred<I> inferred) {
		return this.handler.decode(inferred.request(), inferred.outputs());
	}

	/**
	 * Return what a request that arrives now would be rejected with, before it is read.
	 * @param arrival the time at which it came to the server, as
	 * {@link System#nanoTime()} gave it
	 * @return the rejection, or {@code null} if it is to be read
	 */
	@Nullable Overloaded rejection(long arrival) {
		return this.service.rejection(this.model, this.version, 0, arrival).orElse(null);
	}

	/**
	 * Count a call that was not made.
	 * @param outcome how it ended
	 * @param arrival the time at which its request arrived
	 */
	void notMade(Outcome outcome, long arrival) {
		this.service.notMade(this.model, this.version, outcome, arrival);
	}

	private CompletableFuture<InferenceResult> infer(NamedTensors inputs, Deadline deadline,
			@Nullable String routingKey) {
		try {
			return this.service.infer(InferenceRequest.builder(this.model, inputs)
				.version(this.version)
				.deadline(deadline)
				.routingKey(routingKey)
				.origin(this.origin)
				.build());
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	/**
	 * A request, and what the model gave for it.
	 *
	 * @param request the request
	 * @param outputs the outputs of each item
	 * @param <I> the request
	 */
	record Inferred<I>(I request, List<NamedTensors> outputs) {
	}

}
