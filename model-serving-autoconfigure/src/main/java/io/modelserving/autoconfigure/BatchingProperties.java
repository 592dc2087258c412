package io.modelserving.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.NestedConfigurationProperty;

import io.modelserving.batching.admission.LatencyObjective;
import io.modelserving.batching.Priorities;
import io.modelserving.serving.BatchingSettings;
import io.modelserving.serving.BatchingSettings.Verification;
import io.modelserving.serving.PaddingRule;

/**
 * How calls of a model share batches.
 *
 * @param maxBatchSize Most rows of a batch, or auto to take what warm-up finds best; 1
 * runs every call alone.
 * @param maxQueueDelay Time that a request may wait for others while an instance is idle.
 * @param queueCapacity Most rows that may wait; where it is not set, more may while those
 * that wait are soon completed.
 * @param defaultTimeout Longest time that a call may take; 0 for any time.
 * @param verify What to do about a model whose batched rows differ from single ones.
 * @param priorityLevels Number of levels at which calls wait, 1 being served first; 1
 * serves all in the order of arrival.
 * @param defaultPriority Level of calls that name none, by default the one in the middle.
 * @param priorityAgeing Time of waiting that makes up for one level, so that no call
 * waits for ever.
 * @param latencyObjective Time within which accepted calls are to be completed; sets the
 * size of batches, the delay and what is accepted by itself. None by default.
 * @param latencyPercentile Share of the accepted calls that the latency objective is to
 * hold for, such as 0.99.
 * @param padding How rows of different length share a batch; taken from the defaults as a
 * whole or not at all.
 */
record BatchingProperties(@Nullable AutoNumber maxBatchSize, @Nullable Duration maxQueueDelay,
		@Nullable Integer queueCapacity, @Nullable Duration defaultTimeout, @Nullable Verification verify,
		@Nullable Integer priorityLevels, @Nullable Integer defaultPriority, @Nullable Duration priorityAgeing,
		@Nullable Duration latencyObjective, @Nullable Double latencyPercentile,
		@Nullable @NestedConfigurationProperty PaddingProperties padding) {

	BatchingProperties over(BatchingProperties defaults) {
		return new BatchingProperties(Merge.first(this.maxBatchSize, defaults.maxBatchSize),
				Merge.first(this.maxQueueDelay, defaults.maxQueueDelay),
				Merge.first(this.queueCapacity, defaults.queueCapacity),
				Merge.first(this.defaultTimeout, defaults.defaultTimeout), Merge.first(this.verify, defaults.verify),
				Merge.first(this.priorityLevels, defaults.priorityLevels),
				Merge.first(this.defaultPriority, defaults.defaultPriority),
				Merge.first(this.priorityAgeing, defaults.priorityAgeing),
				Merge.first(this.latencyObjective, defaults.latencyObjective),
				Merge.first(this.latencyPercentile, defaults.latencyPercentile),
				Merge.first(this.padding, defaults.padding));
	}

	void check(PropertyPath path) {
		path.notNegative("max-queue-delay", this.maxQueueDelay);
		path.atLeast(1, "queue-capacity", this.queueCapacity);
		path.notNegative("default-timeout", this.defaultTimeout);
		path.atLeast(1, "priority-levels", this.priorityLevels);
		path.atLeast(1, "default-priority", this.defaultPriority);
		path.positive("priority-ageing", this.priorityAgeing);
		path.positive("latency-objective", this.latencyObjective);
		if (this.padding != null) {
			this.padding.check(path.child("padding"));
		}
	}

	/**
	 * Check what concerns several settings, some of which may be defaults.
	 */
	void checkWhole(PropertyPath path) {
		try {
			priorities();
		}
		catch (IllegalArgumentException ex) {
			throw path.invalid("default-priority", this.defaultPriority, String.valueOf(ex.getMessage()));
		}
		path.check(this.latencyPercentile == null || (this.latencyPercentile >= 0.5 && this.latencyPercentile < 1),
				"latency-percentile", this.latencyPercentile, "it must be at least 0.5 and below 1, such as 0.99");
		path.check(this.latencyObjective == null || this.latencyObjective.toDays() < 1, "latency-objective",
				this.latencyObjective, "it must be shorter than a day");
	}

	BatchingSettings settings() {
		BatchingSettings defaults = BatchingSettings.defaults();
		Duration timeout = Merge.first(this.defaultTimeout, defaults.defaultTimeout());
		return new BatchingSettings(AutoNumber.valueOf(this.maxBatchSize),
				Merge.or(this.maxQueueDelay, defaults.maxQueueDelay()),
				Merge.or(this.queueCapacity, defaults.queueCapacity()),
				(timeout != null && !timeout.isZero()) ? timeout : null, Merge.or(this.verify, defaults.verification()),
				(this.padding != null) ? this.padding.rule() : PaddingRule.NONE, priorities(),
				(this.latencyObjective != null) ? new LatencyObjective(this.latencyObjective,
						Merge.or(this.latencyPercentile, LatencyObjective.DEFAULT_PERCENTILE)) : null,
				this.queueCapacity == null);
	}

	private Priorities priorities() {
		int levels = Merge.or(this.priorityLevels, 1);
		return new Priorities(levels, Merge.or(this.defaultPriority, (levels + 1) / 2),
				Merge.or(this.priorityAgeing, Priorities.DEFAULT_AGEING));
	}

}
