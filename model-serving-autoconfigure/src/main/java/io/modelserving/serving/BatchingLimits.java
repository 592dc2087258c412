package io.modelserving.serving;

import java.time.Duration;

import io.modelserving.batching.BatchingPolicy;
import io.modelserving.batching.Priorities;

/**
 * The limits of batches that can be changed while a model serves.
 *
 * @param maxBatchSize the most rows of a batch, at least 1
 * @param maxQueueDelay the time that a request may wait for others while an instance is
 * idle; zero hands an idle instance whatever waits
 * @param queueCapacity the most rows that may wait, at least the rows of one batch
 */
public record BatchingLimits(int maxBatchSize, Duration maxQueueDelay, int queueCapacity) {

	/**
	 * Create limits.
	 * @throws IllegalArgumentException if one is out of its bounds; the message names it
	 */
	public BatchingLimits {
		new BatchingPolicy(maxBatchSize, maxQueueDelay, queueCapacity);
	}

	static BatchingLimits of(BatchingPolicy policy) {
		return new BatchingLimits(policy.maxBatchSize(), policy.maxQueueDelay(), policy.queueCapacity());
	}

	BatchingPolicy policy(Priorities priorities) {
		return new BatchingPolicy(this.maxBatchSize, this.maxQueueDelay, this.queueCapacity, priorities);
	}

}
