package io.modelserving.serving;

/**
 * What a call of a model may take, and what it would take if it were handed in now.
 *
 * @param targetNanos the time that its objective leaves to plan with, in nanoseconds
 * @param percentile the share of the calls for which the objective is to hold
 * @param predictedNanos the time that a call of one row would take, by what runs cost, in
 * nanoseconds; 0 if nothing is known of that
 */
public record LatencyOutlook(long targetNanos, double percentile, long predictedNanos) {
}
