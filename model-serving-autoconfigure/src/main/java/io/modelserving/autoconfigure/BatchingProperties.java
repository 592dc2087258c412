package io.modelserving.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.NestedConfigurationProperty;

import io.modelserving.serving.BatchingSettings;
import io.modelserving.serving.BatchingSettings.Verification;
import io.modelserving.serving.PaddingRule;

/**
 * How calls of a model share batches.
 *
 * @param maxBatchSize Most rows of a batch, or auto to take what warm-up finds best; 1
 * runs every call alone.
 * @param maxQueueDelay Time that a request may wait for others while an instance is idle.
 * @param queueCapacity Most rows that may wait; calls beyond are refused.
 * @param defaultTimeout Longest time that a call may take; 0 for any time.
 * @param verify What to do about a model whose batched rows differ from single ones.
 * @param padding How rows of different length share a batch; taken from the defaults as a
 * whole or not at all.
 */
public record BatchingProperties(@Nullable AutoNumber maxBatchSize, @Nullable Duration maxQueueDelay,
		@Nullable Integer queueCapacity, @Nullable Duration defaultTimeout, @Nullable Verification verify,
		@Nullable @NestedConfigurationProperty PaddingProperties padding) {

	BatchingProperties over(BatchingProperties defaults) {
		return new BatchingProperties(Merge.first(this.maxBatchSize, defaults.maxBatchSize),
				Merge.first(this.maxQueueDelay, defaults.maxQueueDelay),
				Merge.first(this.queueCapacity, defaults.queueCapacity),
				Merge.first(this.defaultTimeout, defaults.defaultTimeout), Merge.first(this.verify, defaults.verify),
				Merge.first(this.padding, defaults.padding));
	}

	void check(PropertyPath path) {
		path.notNegative("max-queue-delay", this.maxQueueDelay);
		path.atLeast(1, "queue-capacity", this.queueCapacity);
		path.notNegative("default-timeout", this.defaultTimeout);
		if (this.padding != null) {
			this.padding.check(path.child("padding"));
		}
	}

	BatchingSettings settings() {
		BatchingSettings defaults = BatchingSettings.defaults();
		Duration timeout = Merge.first(this.defaultTimeout, defaults.defaultTimeout());
		return new BatchingSettings(AutoNumber.valueOf(this.maxBatchSize),
				Merge.or(this.maxQueueDelay, defaults.maxQueueDelay()),
				Merge.or(this.queueCapacity, defaults.queueCapacity()),
				(timeout != null && !timeout.isZero()) ? timeout : null, Merge.or(this.verify, defaults.verification()),
				(this.padding != null) ? this.padding.rule() : PaddingRule.NONE);
	}

}
