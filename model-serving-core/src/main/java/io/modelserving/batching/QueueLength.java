package io.modelserving.batching;

/**
 * The number of calls and rows that wait.
 *
 * @param requests the number of requests
 * @param rows the number of rows
 * @param oldestNanos the time that the oldest has waited, in nanoseconds
 */
record QueueLength(int requests, int rows, long oldestNanos) {
}
