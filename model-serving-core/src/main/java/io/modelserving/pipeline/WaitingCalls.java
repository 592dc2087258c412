package io.modelserving.pipeline;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.Deadline;
import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.Quoted;
import io.modelserving.sequence.SequenceStep;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceRequest.Origin;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.stream.ModelCalls;
import io.modelserving.tensor.NamedTensors;

/**
 * Calls of a model that their thread waits for. Thread-safe.
 *
 * @param model the name of the model
 * @param version the version, or {@code null} for the one that its traffic gives
 * @param service runs it
 * @param routingKey calls of the same key get the same version, {@code null} if any will
 * do
 * @param origin for whom they are
 * @param deadline gives the deadline of a call that is made now
 * @param waiting waits for a call
 * @param blame says what the code that makes the calls gets of a failure
 */
public record WaitingCalls(String model, @Nullable Long version, InferenceService service, @Nullable String routingKey,
		Origin origin, Supplier<Deadline> deadline, Waiting waiting,
		UnaryOperator<Throwable> blame) implements ModelCalls {

	@Override
	public List<NamedTensors> infer(List<NamedTensors> items) {
		Deadline until = this.deadline.get();
		return await(ItemCalls.start(items, (inputs) -> start(inputs, null, until))).stream()
			.map(InferenceResult::outputs)
			.toList();
	}

	@Override
	public NamedTensors infer(NamedTensors inputs, SequenceStep step) {
		return await(start(inputs, step, this.deadline.get())).outputs();
	}

	private <T> T await(CompletableFuture<T> call) {
		try {
			return this.waiting.await(call);
		}
		catch (ExecutionException ex) {
			Throwable failure = this.blame.apply((ex.getCause() != null) ? ex.getCause() : ex);
			if (failure instanceof RuntimeException known) {
				throw known;
			}
			throw new ExecutionFailed("model %s failed".formatted(Quoted.name(this.model)), failure);
		}
	}

	private CompletableFuture<InferenceResult> start(NamedTensors inputs, @Nullable SequenceStep step, Deadline until) {
		try {
			return this.service.infer(InferenceRequest.builder(this.model, inputs)
				.version(this.version)
				.deadline(until)
				.routingKey(this.routingKey)
				.sequence((step != null && this.origin == Origin.EXAMPLE) ? apart(step) : step)
				.origin(this.origin)
				.build());
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	/** The sequence of an example is none of a caller. */
	private static SequenceStep apart(SequenceStep step) {
		return new SequenceStep("example:" + Integer.toHexString(step.id().hashCode()), step.start(), step.end());
	}

	/**
	 * How the thread of a call waits.
	 */
	public interface Waiting {

		/**
		 * Wait for a call.
		 * @param <T> the type of its result
		 * @param call the call
		 * @return its result
		 * @throws ExecutionException if it fails
		 */
		<T> T await(CompletableFuture<T> call) throws ExecutionException;

	}

}
