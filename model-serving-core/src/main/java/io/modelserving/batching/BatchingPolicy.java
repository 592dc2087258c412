package io.modelserving.batching;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Decides when waiting requests become a batch. Pure: an idle instance asks, with the
 * time as an argument, and nobody asks while all instances are busy. So no batch is
 * sealed that could still grow while it would have to wait.
 *
 * @param maxBatchSize the most rows of a batch, at least 1
 * @param maxQueueDelay the time that a request may wait for others while an instance is
 * idle, counted from its arrival; zero hands an idle instance whatever waits
 * @param queueCapacity the most rows that may wait, at least the rows of one batch
 * @param priorities in which order calls go
 * @param elastic whether further rows may wait beyond the capacity, while those that wait
 * are soon completed and memory suffices; the capacity is at least the rows of a batch
 * then
 */
public record BatchingPolicy(int maxBatchSize, Duration maxQueueDelay, int queueCapacity, Priorities priorities,
		boolean elastic) {

	/**
	 * The rows that may wait where nothing is said of that, and more if it is elastic.
	 */
	public static final int DEFAULT_CAPACITY = 1024;

	public BatchingPolicy {
		if (maxBatchSize < 1) {
			throw new IllegalArgumentException("max-batch-size is %d; it must be at least 1".formatted(maxBatchSize));
		}
		if (maxQueueDelay.isNegative()) {
			throw new IllegalArgumentException(
					"max-queue-delay is %s; it must not be negative".formatted(maxQueueDelay));
		}
		if (elastic) {
			queueCapacity = Math.max(queueCapacity, maxBatchSize);
		}
		if (queueCapacity < maxBatchSize) {
			throw new IllegalArgumentException("queue-capacity is %d rows; it must be at least max-batch-size, %d"
				.formatted(queueCapacity, maxBatchSize));
		}
	}

	/**
	 * Create a policy whose capacity is never exceeded.
	 */
	BatchingPolicy(int maxBatchSize, Duration maxQueueDelay, int queueCapacity, Priorities priorities) {
		this(maxBatchSize, maxQueueDelay, queueCapacity, priorities, false);
	}

	/**
	 * Create a policy that knows no priorities.
	 */
	public BatchingPolicy(int maxBatchSize, Duration maxQueueDelay, int queueCapacity) {
		this(maxBatchSize, maxQueueDelay, queueCapacity, Priorities.NONE);
	}

	/**
	 * Return this policy with batches of one row.
	 */
	BatchingPolicy alone() {
		return new BatchingPolicy(1, this.maxQueueDelay, this.queueCapacity, this.priorities, this.elastic);
	}

	/**
	 * Decide on requests that may share a batch.
	 * @param waiting the requests, at least one
	 * @param draining whether no further requests will arrive
	 * @param now the current nanosecond time
	 * @return whether to take a batch now, or how long to wait
	 */
	Decision decide(Waiting waiting, boolean draining, long now) {
		if (waiting.rows() >= this.maxBatchSize) {
			return new Dispatch(DispatchReason.FULL);
		}
		if (draining) {
			return new Dispatch(DispatchReason.DRAIN);
		}
		if (this.maxQueueDelay.isZero()) {
			return new Dispatch(DispatchReason.IDLE);
		}
		long untilDelay = TimeUnit.NANOSECONDS.convert(this.maxQueueDelay) - (now - waiting.oldestArrival());
		if (untilDelay <= 0) {
			return new Dispatch(DispatchReason.DELAY);
		}
		long untilLatestStart = waiting.earliestDeadline().remainingNanos(now);
		if (untilLatestStart != Long.MAX_VALUE) {
			untilLatestStart -= waiting.expectedExecutionNanos();
		}
		if (untilLatestStart <= 0) {
			return new Dispatch(DispatchReason.DEADLINE);
		}
		return new Wait(Math.min(untilDelay, untilLatestStart));
	}

	/**
	 * Requests that may share a batch.
	 *
	 * @param rows the number of their rows
	 * @param oldestArrival the nanosecond time at which the oldest arrived
	 * @param earliestDeadline the earliest of their deadlines
	 * @param expectedExecutionNanos the time that running them should take, in
	 * nanoseconds; 0 if unknown
	 */
	record Waiting(int rows, long oldestArrival, Deadline earliestDeadline, long expectedExecutionNanos) {
	}

	/** What to do. */
	sealed interface Decision {

	}

	/**
	 * Take a batch now.
	 *
	 * @param reason why
	 */
	record Dispatch(DispatchReason reason) implements Decision {
	}

	/**
	 * Ask again later, or when a request arrives.
	 *
	 * @param nanos after how many nanoseconds, at least 1
	 */
	record Wait(long nanos) implements Decision {
	}

}
