package io.modelserving.serving;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.BatcherSnapshot;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelStatus;

/**
 * What there is to know of one version of a model at one moment.
 *
 * @param status the state, and why
 * @param location where the model comes from
 * @param details what is known since it was last ready, or {@code null} if it never was
 * @param batcher what its batcher is doing
 */
public record ModelSnapshot(ModelStatus status, String location, @Nullable ModelDetails details,
		BatcherSnapshot batcher) {

	public ModelKey key() {
		return this.status.key();
	}

}
