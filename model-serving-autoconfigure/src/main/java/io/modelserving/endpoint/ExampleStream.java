package io.modelserving.endpoint;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import io.modelserving.batching.Deadline;
import io.modelserving.pipeline.WaitingCalls;
import io.modelserving.serving.InferenceRequest.Origin;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.stream.StreamClosedException;
import io.modelserving.serving.stream.StreamOutcome;
import io.modelserving.serving.stream.ModelCalls;

/**
 * Runs the example of a streaming endpoint, as far as its first few events, on a thread
 * of its own.
 *
 * @param endpoint the endpoint
 * @param service runs its model
 * @param version the version that is tried
 * @param <I> the request
 * @param <E> the event
 */
record ExampleStream<I, E>(Endpoint<I, E> endpoint, InferenceService service, long version) {

	/** More would not be looked at. */
	private static final int MAX_EVENTS = 10;

	CompletableFuture<List<E>> run(I request) {
		CompletableFuture<List<E>> response = new CompletableFuture<>();
		Thread thread = new Thread(() -> {
			List<E> events = Collections.synchronizedList(new ArrayList<>());
			try {
				stream(request, events);
				response.complete(List.copyOf(events));
			}
			catch (StreamClosedException ex) {
				response.complete(List.copyOf(events));
			}
			catch (Throwable ex) {
				response.completeExceptionally(ex);
			}
		}, "model-stream-example-" + this.endpoint.path());
		thread.setDaemon(true);
		thread.start();
		return response;
	}

	private void stream(I request, List<E> events) {
		HandlerCalls<I, E> handler = new HandlerCalls<>(this.endpoint.handler());
		ModelCalls model = new WaitingCalls(this.endpoint.model(), this.version, this.service, null, Origin.EXAMPLE,
				() -> Deadline.after(null, System.nanoTime()), ExampleStream::await, handler::blame);
		handler.stream(request, model, (event) -> {
			if (events.size() == MAX_EVENTS) {
				throw new StreamClosedException(StreamOutcome.SUCCESS);
			}
			events.add(event);
		});
	}

	private static <T> T await(CompletableFuture<T> call) throws ExecutionException {
		try {
			return call.get();
		}
		catch (InterruptedException ex) {
			call.cancel(false);
			Thread.currentThread().interrupt();
			throw new StreamClosedException(StreamOutcome.SHUTDOWN);
		}
	}

}
