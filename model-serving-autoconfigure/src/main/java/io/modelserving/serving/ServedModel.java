package io.modelserving.serving;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.modelserving.batching.AdjustableBatcher;
import io.modelserving.batching.BatcherSnapshot;
import io.modelserving.batching.Deadline;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.Model;
import io.modelserving.tensor.NamedTensors;

/**
 * A model that takes requests: one life of it, from ready to unloaded. It owns the loaded
 * models and the batcher whose instances run them, and frees them in the right order: a
 * model is closed only once no instance can run it any more.
 */
final class ServedModel {

	private static final System.Logger logger = System.getLogger(ServedModel.class.getName());

	private final ModelDetails details;

	private final List<Model> models;

	private final AdjustableBatcher<NamedTensors, NamedTensors> batcher;

	ServedModel(ModelDetails details, List<Model> models, AdjustableBatcher<NamedTensors, NamedTensors> batcher) {
		this.details = details;
		this.models = List.copyOf(models);
		this.batcher = batcher;
	}

	ModelDetails details() {
		return this.details;
	}

	BatcherSnapshot snapshot() {
		return this.batcher.snapshot();
	}

	BatchingLimits limits() {
		return BatchingLimits.of(this.batcher.policy());
	}

	/**
	 * Batch by other limits from now on.
	 * @throws IllegalArgumentException if calls cannot share batches, and the limits say
	 * that they shall; the message says why
	 */
	void limit(BatchingLimits limits) {
		if (!this.details.plan().batched() && limits.maxBatchSize() > 1) {
			throw new IllegalArgumentException(
					"max-batch-size is %d; the model is served unbatched and takes 1 only, because %s"
						.formatted(limits.maxBatchSize(), this.details.plan().reason()));
		}
		this.batcher.policy(limits.policy(this.batcher.policy().priorities()));
	}

	/**
	 * Run a call.
	 * @throws InvalidInput if the model cannot take the inputs
	 */
	CompletableFuture<NamedTensors> infer(NamedTensors inputs, Deadline deadline, int priority) {
		this.details.signature().check(inputs);
		return this.batcher.submit(inputs, deadline, priority);
	}

	/**
	 * Finish what was accepted and free the memory. If a run outlasts the grace period,
	 * the memory is left alone, since freeing it would crash the process.
	 * @param grace how long to wait
	 * @return whether all was answered and freed
	 */
	boolean drain(Duration grace) {
		boolean ended = this.batcher.drain(grace);
		if (ended) {
			this.models.forEach(Model::close);
		}
		else {
			logger.log(System.Logger.Level.WARNING,
					"a run did not end within {0}; its model is not freed before the process ends", grace);
		}
		return ended;
	}

}
