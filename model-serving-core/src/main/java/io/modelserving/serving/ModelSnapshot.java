package io.modelserving.serving;

import org.jspecify.annotations.Nullable;

import io.modelserving.serving.cache.CacheSnapshot;
import io.modelserving.serving.scaling.InstanceStatus;
import io.modelserving.batching.BatcherSnapshot;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelStatus;
import io.modelserving.sequence.SequenceStatus;

/**
 * The state and the figures of one version of a model at one moment.
 *
 * @param status the state, and why
 * @param location where the model comes from
 * @param details what is known since it was last ready, or {@code null} if it never was
 * @param batcher what its batcher is doing
 * @param instances how many instances there are, and why, or {@code null} if it does not
 * serve
 * @param sequences the sequences whose state it keeps, or {@code null} if it keeps none
 * @param cache what its cache holds and does, or {@code null} if it has none or does not
 * serve
 */
public record ModelSnapshot(ModelStatus status, String location, @Nullable ModelDetails details,
		BatcherSnapshot batcher, @Nullable InstanceStatus instances, @Nullable SequenceStatus sequences,
		@Nullable CacheSnapshot cache) {

	/**
	 * Create a snapshot in which nothing is said of instances, sequences and cache.
	 */
	public ModelSnapshot(ModelStatus status, String location, @Nullable ModelDetails details, BatcherSnapshot batcher) {
		this(status, location, details, batcher, null, null, null);
	}

	public ModelKey key() {
		return this.status.key();
	}

}
