package io.modelserving.serving.warmup;

import java.util.function.ToDoubleFunction;

import org.jspecify.annotations.Nullable;

import io.modelserving.model.ComputeUnit;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;

/**
 * Compares the result of a row that ran in a batch with the result of the same row alone,
 * which may differ a little, since runtimes sum in another order for another batch size,
 * and accelerators may round numbers of another batch size, too.
 */
final class RowComparison {

	private static final double ACCELERATOR_TOLERANCE = 1e-2;

	private final TensorComparison comparison;

	private RowComparison(ToDoubleFunction<DataType> tolerance) {
		this.comparison = new TensorComparison("in a batch", "alone", tolerance);
	}

	static RowComparison of(ComputeUnit unit) {
		return new RowComparison((unit == ComputeUnit.ACCELERATOR)
				? type -> Math.max(TensorComparison.suiting(type), ACCELERATOR_TOLERANCE) : TensorComparison::suiting);
	}

	/**
	 * Compare.
	 * @param batched the result from a batch
	 * @param single the result alone
	 * @return what differs, in words; {@code null} if the results agree
	 */
	@Nullable String difference(NamedTensors batched, NamedTensors single) {
		return this.comparison.difference(batched, single);
	}

}
