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
 * @param elastic whether further rows may wait while those that wait are soon completed,
 * as they may where no capacity was set
 */
public record BatchingLimits(int maxBatchSize, Duration maxQueueDelay, int queueCapacity, boolean elastic) {

	/**
	 * Create limits.
	 * @throws IllegalArgumentException if one is out of its bounds; the message names it
	 */
	public BatchingLimits {
		new BatchingPolicy(maxBatchSize, maxQueueDelay, queueCapacity, Priorities.NONE, elastic);
	}

	/**
	 * Create limits whose capacity is never exceeded.
	 */
	public BatchingLimits(int maxBatchSize, Duration maxQueueDelay, int queueCapacity) {
		this(maxBatchSize, maxQueueDelay, queueCapacity, false);
	}

}
