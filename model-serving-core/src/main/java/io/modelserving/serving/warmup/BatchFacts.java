package io.modelserving.serving.warmup;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.admission.CostCurve;

/**
 * What is known of batches of a model.
 *
 * @param obstacle why there can be none, or {@code null}
 * @param difference how batched rows differ from single ones, or {@code null} if no
 * difference was seen
 * @param costs what was measured
 * @param limit what kept larger batches from being tried, or {@code null} if nothing did
 */
record BatchFacts(@Nullable String obstacle, @Nullable String difference, CostCurve costs, @Nullable String limit) {

	BatchFacts(@Nullable String obstacle, @Nullable String difference, CostCurve costs) {
		this(obstacle, difference, costs, null);
	}

	static BatchFacts none(@Nullable String obstacle) {
		return new BatchFacts(obstacle, null, CostCurve.UNKNOWN);
	}

}
