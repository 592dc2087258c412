package io.modelserving.serving;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.Deadline;
import io.modelserving.model.InferenceException;
import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelStatus;
import io.modelserving.tensor.NamedTensors;

/**
 * Looks up the model, fixes the deadline, and follows a model that is being replaced.
 */
final class DefaultInferenceService implements InferenceService {

	private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

	private final DefaultModelRegistry registry;

	private final ServingListener listener;

	private final LongSupplier nanoTime;

	private volatile boolean admitting = true;

	DefaultInferenceService(DefaultModelRegistry registry, ServingListener listener, LongSupplier nanoTime) {
		this.registry = registry;
		this.listener = listener;
		this.nanoTime = nanoTime;
	}

	void stopAdmission() {
		this.admitting = false;
	}

	@Override
	public CompletableFuture<InferenceResult> infer(InferenceRequest request) {
		long start = this.nanoTime.getAsLong();
		ModelSlot slot;
		try {
			slot = this.registry.slot(request.model(), request.version());
		}
		catch (InferenceException ex) {
			return CompletableFuture.failedFuture(ex);
		}
		CompletableFuture<InferenceResult> result = new CompletableFuture<>();
		result.whenComplete((answer, failure) -> this.listener.completed(slot.key(), Outcome.of(failure),
				this.nanoTime.getAsLong() - start));
		try {
			CompletableFuture<NamedTensors> answer = submit(slot, request, start);
			answer.whenComplete((outputs, failure) -> {
				if (failure != null) {
					result.completeExceptionally(failure);
				}
				else {
					complete(result, slot.key(), outputs, request.outputs());
				}
			});
			result.whenComplete((done, failure) -> answer.cancel(false));
		}
		catch (RuntimeException ex) {
			result.completeExceptionally(ex);
		}
		return result;
	}

	private static void complete(CompletableFuture<InferenceResult> result, ModelKey key, NamedTensors outputs,
			List<String> wanted) {
		try {
			result.complete(new InferenceResult(key, wanted.isEmpty() ? outputs : outputs.select(wanted)));
		}
		catch (IllegalArgumentException ex) {
			result.completeExceptionally(new ExecutionFailed("the model did not give the outputs it declares", ex));
		}
	}

	private CompletableFuture<NamedTensors> submit(ModelSlot slot, InferenceRequest request, long start) {
		ServedModel refused = null;
		while (true) {
			ServedModel served = this.admitting ? slot.serving() : null;
			if (served == null || served == refused) {
				throw unavailable(slot.status());
			}
			checkOutputs(request.outputs(), served.details().signature().outputNames());
			CompletableFuture<NamedTensors> answer = served.infer(request.inputs(), deadline(slot, request, start));
			if (!wasRefusedToDrain(answer)) {
				return answer;
			}
			refused = served;
		}
	}

	/**
	 * A model that was replaced between look-up and submission refuses the call; the one
	 * in its place takes it.
	 */
	private static boolean wasRefusedToDrain(CompletableFuture<NamedTensors> answer) {
		return answer.isCompletedExceptionally() && !answer.isCancelled()
				&& answer.handle((outputs, failure) -> failure).join() instanceof ModelUnavailable;
	}

	private static Deadline deadline(ModelSlot slot, InferenceRequest request, long start) {
		@Nullable Duration limit = slot.definition().batching().defaultTimeout();
		@Nullable Duration wanted = request.timeout();
		if (limit == null || wanted == null) {
			return Deadline.after((wanted != null) ? wanted : limit, start);
		}
		return Deadline.after((wanted.compareTo(limit) < 0) ? wanted : limit, start);
	}

	private static void checkOutputs(List<String> wanted, List<String> known) {
		Set<String> unknown = new LinkedHashSet<>(wanted);
		known.forEach(unknown::remove);
		if (!unknown.isEmpty()) {
			throw new InvalidInput("unknown output %s; the model gives %s".formatted(unknown, known));
		}
	}

	private ModelUnavailable unavailable(ModelStatus status) {
		String why = this.admitting ? "model \"%s\" is %s%s".formatted(status.key().name(), status.state(),
				status.reason().isEmpty() ? "" : ": " + status.reason()) : "the application is shutting down";
		return new ModelUnavailable(why, RETRY_AFTER);
	}

}
