package io.modelserving.pipeline;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import io.modelserving.batching.BatcherSnapshot;
import io.modelserving.batching.Deadline;
import io.modelserving.model.DerivedFutures;
import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelSnapshot;
import io.modelserving.tensor.NamedTensors;

/**
 * A model as a stage: its queue is that of all callers of the model. Thread-safe.
 *
 * @param name the name of the model
 * @param service runs it
 * @param models says how busy it is
 */
public record ModelStage(String name, InferenceService service,
		ModelRegistry models) implements Pipeline<NamedTensors, NamedTensors> {

	@Override
	public CompletableFuture<NamedTensors> submit(NamedTensors item, Deadline deadline, long behindNanos) {
		long whole = predictedNanos() + behindNanos;
		if (behindNanos > 0 && whole > deadline.remainingNanos(System.nanoTime())) {
			return CompletableFuture.failedFuture(StageFailures.late(this.name, deadline, whole));
		}
		CompletableFuture<NamedTensors> result = new CompletableFuture<>();
		DerivedFutures.link(this.service.infer(InferenceRequest.builder(this.name, item).deadline(deadline).build()),
				result, (inferred) -> result.complete(inferred.outputs()),
				(failure) -> result.completeExceptionally(blame(failure)));
		return result;
	}

	/** What the model does not take is a mistake of the stage before it. */
	private Throwable blame(Throwable failure) {
		return (failure instanceof InvalidInput invalid && !invalid.isByCaller()) ? new ExecutionFailed(
				"model \"%s\" does not take what the pipeline made: %s".formatted(this.name, invalid.getMessage()),
				invalid) : failure;
	}

	@Override
	public long predictedNanos() {
		return load((batcher) -> (batcher.rowsPerSecond() > 0)
				? (long) (1e9 * (batcher.queuedRows() + 1) / batcher.rowsPerSecond()) : 0L, 0L);
	}

	@Override
	public List<StageLoad> loads() {
		return load(
				(batcher) -> List.of(new StageLoad(this.name, batcher.queuedRows(), batcher.instances(),
						batcher.busyInstances(), batcher.rowsPerSecond())),
				List.of(new StageLoad(this.name, 0, 0, 0, 0)));
	}

	private <T> T load(Function<BatcherSnapshot, T> reading, T unknown) {
		return this.models.find(this.name).map(ModelSnapshot::batcher).map(reading).orElse(unknown);
	}

}
