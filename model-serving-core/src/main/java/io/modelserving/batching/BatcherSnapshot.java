package io.modelserving.batching;

import io.modelserving.batching.admission.ObjectiveStatus;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a batcher is doing at one moment.
 *
 * @param queuedRequests the number of requests that wait
 * @param queuedRows the number of rows that wait
 * @param instances the number of instances, without those that hang
 * @param busyInstances how many of them are running a batch
 * @param inflight the number of requests accepted and not yet completed, split ones
 * counted once
 * @param rowsPerSecond the rate at which rows are completed while all instances are busy:
 * as last measured, before the first run as the cost curve says, 0 if that is unknown
 * @param oldestWaitNanos the time that the oldest of the requests that wait has waited,
 * in nanoseconds; 0 if none waits
 * @param each the instances, in the order in which they were added
 * @param objective what is done to meet the objective, or {@code null} if there is none
 */
public record BatcherSnapshot(int queuedRequests, int queuedRows, int instances, int busyInstances, int inflight,
		double rowsPerSecond, long oldestWaitNanos, List<InstanceSnapshot> each, @Nullable ObjectiveStatus objective) {

	/** A batcher that does nothing. */
	public static final BatcherSnapshot IDLE = new BatcherSnapshot(0, 0, 0, 0, 0, 0);

	public BatcherSnapshot {
		each = List.copyOf(each);
	}

	/**
	 * Create a snapshot in which nothing is said of each instance.
	 */
	public BatcherSnapshot(int queuedRequests, int queuedRows, int instances, int busyInstances, int inflight,
			double rowsPerSecond) {
		this(queuedRequests, queuedRows, instances, busyInstances, inflight, rowsPerSecond, 0, List.of(), null);
	}

	/**
	 * Create a snapshot of a batcher that has no objective.
	 */
	public BatcherSnapshot(int queuedRequests, int queuedRows, int instances, int busyInstances, int inflight,
			double rowsPerSecond, long oldestWaitNanos, List<InstanceSnapshot> each) {
		this(queuedRequests, queuedRows, instances, busyInstances, inflight, rowsPerSecond, oldestWaitNanos, each,
				null);
	}

	/**
	 * Return the number of instances that hang.
	 * @return the number
	 */
	public int hungInstances() {
		return (int) this.each.stream().filter(InstanceSnapshot::hung).count();
	}

}
