package io.modelserving.serving;

import org.jspecify.annotations.Nullable;

import io.modelserving.tensor.NamedTensors;

/**
 * Compares the answer to a row that ran in a batch with the answer to the same row alone,
 * which may differ a little, since runtimes sum in another order for another batch size.
 */
final class RowComparison {

	private static final TensorComparison COMPARISON = new TensorComparison("in a batch", "alone", null);

	private RowComparison() {
	}

	/**
	 * Compare.
	 * @param batched the answer from a batch
	 * @param single the answer alone
	 * @return what differs, in words; {@code null} if the answers agree
	 */
	static @Nullable String difference(NamedTensors batched, NamedTensors single) {
		return COMPARISON.difference(batched, single);
	}

}
