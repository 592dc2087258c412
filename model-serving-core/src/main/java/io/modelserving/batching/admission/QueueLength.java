package io.modelserving.batching.admission;

/**
 * The number of calls and rows that wait.
 *
 * @param requests the number of requests
 * @param rows the number of rows
 * @param oldestNanos the time that the oldest has waited, in nanoseconds
 */
public record QueueLength(int requests, int rows, long oldestNanos) {
}
