package io.modelserving.serving;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.BatchingPolicy;
import io.modelserving.batching.admission.LatencyObjective;
import io.modelserving.batching.Priorities;

/**
 * How calls of a model are to share batches.
 *
 * @param maxBatchSize the most rows of a batch, or {@code null} to take what warm-up
 * finds best
 * @param maxQueueDelay the time that a request may wait for others while an instance is
 * idle
 * @param queueCapacity the most rows that may wait
 * @param defaultTimeout the longest that a call may take, or {@code null} for any time
 * @param verification what to do about a model whose batched rows differ from single ones
 * @param padding how rows of different length share a batch
 * @param priorities in which order calls go
 * @param objective what calls may take, by which batches and admission are chosen, or
 * {@code null} if nothing is said of that; the largest batch and the delay, where it is
 * not zero, are limits then
 * @param elastic whether further rows may wait while those that wait are soon completed
 */
public record BatchingSettings(@Nullable Integer maxBatchSize, Duration maxQueueDelay, int queueCapacity,
		@Nullable Duration defaultTimeout, Verification verification, PaddingRule padding, Priorities priorities,
		@Nullable LatencyObjective objective, boolean elastic) {

	/**
	 * Create settings whose capacity is never exceeded.
	 */
	public BatchingSettings(@Nullable Integer maxBatchSize, Duration maxQueueDelay, int queueCapacity,
			@Nullable Duration defaultTimeout, Verification verification, PaddingRule padding, Priorities priorities,
			@Nullable LatencyObjective objective) {
		this(maxBatchSize, maxQueueDelay, queueCapacity, defaultTimeout, verification, padding, priorities, objective,
				false);
	}

	/**
	 * Create settings without an objective.
	 */
	public BatchingSettings(@Nullable Integer maxBatchSize, Duration maxQueueDelay, int queueCapacity,
			@Nullable Duration defaultTimeout, Verification verification, PaddingRule padding, Priorities priorities) {
		this(maxBatchSize, maxQueueDelay, queueCapacity, defaultTimeout, verification, padding, priorities, null);
	}

	/**
	 * Create settings that know no priorities.
	 */
	public BatchingSettings(@Nullable Integer maxBatchSize, Duration maxQueueDelay, int queueCapacity,
			@Nullable Duration defaultTimeout, Verification verification, PaddingRule padding) {
		this(maxBatchSize, maxQueueDelay, queueCapacity, defaultTimeout, verification, padding, Priorities.NONE);
	}

	public static BatchingSettings defaults() {
		return new BatchingSettings(null, Duration.ZERO, BatchingPolicy.DEFAULT_CAPACITY, Duration.ofSeconds(30),
				Verification.UNBATCH, PaddingRule.NONE, Priorities.NONE, null, true);
	}

	/**
	 * Return settings under which it is found out how far batches can go.
	 */
	public BatchingSettings exploring() {
		Verification asked = (this.verification == Verification.FAIL) ? Verification.UNBATCH : this.verification;
		return new BatchingSettings(null, this.maxQueueDelay, this.queueCapacity, this.defaultTimeout, asked,
				this.padding, this.priorities, null, this.elastic);
	}

	/**
	 * What to do about a model whose batched rows differ from single ones.
	 */
	public enum Verification {

		/** Serve it unbatched, and say so. */
		UNBATCH,

		/** Reject the model. */
		FAIL,

		/** Batch it, and warn. */
		WARN,

		/** Do not compare. */
		OFF

	}

}
