package io.modelserving.serving;

/**
 * What a call of a model may take, and what it would take if it were handed in now: of
 * one row, at the default priority, by what runs cost.
 *
 * @param targetNanos the time that its objective leaves to plan with, in nanoseconds
 * @param percentile the share of the calls for which the objective is to hold
 * @param waitNanos the time that it would wait, in nanoseconds; 0 if nothing is known
 * @param runNanos the time from then to its result, in nanoseconds; 0 if nothing is known
 */
public record LatencyEstimate(long targetNanos, double percentile, long waitNanos, long runNanos) {
}
