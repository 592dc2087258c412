package io.modelserving.batching;

/**
 * How much waits.
 *
 * @param requests the number of requests
 * @param rows the number of rows
 * @param oldestNanos the time that the oldest has waited, in nanoseconds
 */
record QueueLength(int requests, int rows, long oldestNanos) {
}
