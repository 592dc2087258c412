package io.modelserving.batching.admission;

import java.time.Duration;

/**
 * What a batcher does to meet its objective, at one moment.
 *
 * @param objective the objective
 * @param maxBatchSize the most rows of a batch
 * @param maxQueueDelay the time that a request may wait for others while an instance is
 * idle
 * @param predictedWait how long a call of the default priority that arrives now would
 * wait, by what runs cost
 * @param calibration by how much calls take longer than predicted, which is taken into
 * account when they are admitted
 * @param reason why it was chosen so, in words for the operator
 */
public record ObjectiveStatus(LatencyObjective objective, int maxBatchSize, Duration maxQueueDelay,
		Duration predictedWait, double calibration, String reason) {
}
