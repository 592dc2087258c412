package io.modelserving.actuate;

import java.time.Duration;

import io.modelserving.serving.BatchingLimits;

/**
 * The limits by which a version batches at the moment.
 *
 * @param maxBatchSize the most rows of a batch
 * @param maxQueueDelay the time that a request may wait for others while an instance is
 * idle
 * @param queueCapacity the most rows that may wait
 */
record LimitsDescriptor(int maxBatchSize, Duration maxQueueDelay, int queueCapacity) {

	static LimitsDescriptor of(BatchingLimits limits) {
		return new LimitsDescriptor(limits.maxBatchSize(), limits.maxQueueDelay(), limits.queueCapacity());
	}

}
