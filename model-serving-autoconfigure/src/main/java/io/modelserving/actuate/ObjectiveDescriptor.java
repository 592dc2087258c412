package io.modelserving.actuate;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.admission.ObjectiveStatus;

/**
 * What a version does at the moment to meet its objective, and why.
 *
 * @param latency the time within which accepted calls are to be completed
 * @param percentile the share of them that it is to hold for
 * @param maxBatchSize the most rows of a batch, as chosen within the limits
 * @param maxQueueDelay the time that a request may wait for others while an instance is
 * idle, as chosen within the limits
 * @param predictedWait how long a call that arrives now would wait, by what runs cost
 * @param calibration by how much calls take longer than predicted
 * @param reason why it was chosen so
 */
record ObjectiveDescriptor(Duration latency, double percentile, int maxBatchSize, Duration maxQueueDelay,
		Duration predictedWait, double calibration, String reason) {

	static @Nullable ObjectiveDescriptor of(@Nullable ObjectiveStatus status) {
		return (status == null) ? null
				: new ObjectiveDescriptor(status.objective().latency(), status.objective().percentile(),
						status.maxBatchSize(), status.maxQueueDelay(), status.predictedWait(),
						Math.round(100 * status.calibration()) / 100.0, status.reason());
	}

}
