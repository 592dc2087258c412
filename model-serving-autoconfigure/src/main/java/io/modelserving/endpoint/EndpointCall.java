package io.modelserving.endpoint;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import org.jspecify.annotations.Nullable;

import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.InferenceService;
import io.modelserving.tensor.NamedTensors;

/**
 * The way of a request through a handler and a model: encode, infer, decode. Thread-safe.
 *
 * @param <I> the request
 * @param <O> the response
 */
final class EndpointCall<I, O> {

	private final HandlerCalls<I, O> handler;

	private final InferenceService service;

	private final String model;

	private final @Nullable Long version;

	EndpointCall(EndpointHandler<I, O> handler, InferenceService service, String model, @Nullable Long version) {
		this.handler = new HandlerCalls<>(handler);
		this.service = service;
		this.model = model;
		this.version = version;
	}

	/**
	 * Answer a request.
	 * @param request the request
	 * @param timeout how long the model may take, or {@code null} for its own limit
	 * @return the response, or what went wrong, not wrapped. Cancelling it gives up what
	 * has not run yet, and so does the failure of one item for the others
	 */
	CompletableFuture<O> answer(I request, @Nullable Duration timeout) {
		CompletableFuture<O> answer = new CompletableFuture<>();
		try {
			List<CompletableFuture<InferenceResult>> calls = this.handler.encode(request)
				.stream()
				.map(inputs -> infer(inputs, timeout))
				.toList();
			answer.whenComplete((response, failure) -> calls.forEach(call -> call.cancel(false)));
			calls.forEach(call -> call.whenComplete((result, failure) -> fail(answer, failure)));
			CompletableFuture.allOf(calls.toArray(CompletableFuture<?>[]::new))
				.thenApply(all -> this.handler.decode(request, outputs(calls)))
				.whenComplete((response, failure) -> {
					if (failure == null) {
						answer.complete(response);
					}
					fail(answer, failure);
				});
		}
		catch (RuntimeException ex) {
			answer.completeExceptionally(ex);
		}
		return answer;
	}

	private CompletableFuture<InferenceResult> infer(NamedTensors inputs, @Nullable Duration timeout) {
		return this.service.infer(new InferenceRequest(this.model, this.version, inputs, List.of(), timeout));
	}

	private static List<NamedTensors> outputs(List<CompletableFuture<InferenceResult>> calls) {
		return calls.stream().map(call -> call.join().outputs()).toList();
	}

	private static void fail(CompletableFuture<?> answer, @Nullable Throwable failure) {
		if (failure instanceof CompletionException && failure.getCause() != null) {
			answer.completeExceptionally(failure.getCause());
		}
		else if (failure != null) {
			answer.completeExceptionally(failure);
		}
	}

}
