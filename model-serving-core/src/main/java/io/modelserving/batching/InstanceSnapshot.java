package io.modelserving.batching;

/**
 * What an instance is doing at one moment, and has done.
 *
 * @param name its name, which its thread has too
 * @param device where it runs, empty if that is not known
 * @param busy whether it is running a batch
 * @param batches the number of batches that it has begun
 * @param requests the number of requests in them
 * @param rows the number of rows in them
 * @param waitedNanos the time that these requests had waited, in nanoseconds
 * @param busyNanos the time that it has spent on batches, the one under way included, in
 * nanoseconds
 * @param hung whether it hangs: its run did not end after it was terminated
 */
public record InstanceSnapshot(String name, String device, boolean busy, long batches, long requests, long rows,
		long waitedNanos, long busyNanos, boolean hung) {

	/**
	 * Create a snapshot of an instance that does not hang.
	 */
	public InstanceSnapshot(String name, String device, boolean busy, long batches, long requests, long rows,
			long waitedNanos, long busyNanos) {
		this(name, device, busy, batches, requests, rows, waitedNanos, busyNanos, false);
	}

}
