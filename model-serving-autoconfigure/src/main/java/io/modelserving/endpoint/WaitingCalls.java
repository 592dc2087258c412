package io.modelserving.endpoint;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.Deadline;
import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.pipeline.ItemCalls;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceRequest.Origin;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.InferenceService;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.serving.stream.ModelCalls;

/**
 * Calls of a model that their thread waits for. Thread-safe.
 *
 * @param endpoint says which model
 * @param service runs it
 * @param routingKey calls of the same key get the same version, {@code null} if any will
 * do
 * @param origin for whom they are
 * @param deadline gives the deadline of a call that is made now
 * @param waiting waits for a call
 */
record WaitingCalls(Endpoint<?, ?> endpoint, InferenceService service, @Nullable String routingKey, Origin origin,
		Supplier<Deadline> deadline, Waiting waiting) implements ModelCalls {

	@Override
	public List<NamedTensors> infer(List<NamedTensors> items) {
		Deadline until = this.deadline.get();
		try {
			return this.waiting.await(ItemCalls.start(items, (inputs) -> start(inputs, until)))
				.stream()
				.map(InferenceResult::outputs)
				.toList();
		}
		catch (ExecutionException ex) {
			Throwable failure = new HandlerCalls<>(this.endpoint.handler())
				.blame((ex.getCause() != null) ? ex.getCause() : ex);
			if (failure instanceof RuntimeException known) {
				throw known;
			}
			throw new ExecutionFailed("model %s failed".formatted(this.endpoint.model()), failure);
		}
	}

	private CompletableFuture<InferenceResult> start(NamedTensors inputs, Deadline until) {
		try {
			return this.service.infer(InferenceRequest.builder(this.endpoint.model(), inputs)
				.version(this.endpoint.version())
				.deadline(until)
				.routingKey(this.routingKey)
				.origin(this.origin)
				.build());
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	/**
	 * How the thread of a call waits.
	 */
	interface Waiting {

		<T> T await(CompletableFuture<T> call) throws ExecutionException;

	}

}
