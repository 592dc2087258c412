package io.modelserving.batching.tensor;

import java.util.Set;

import io.modelserving.batching.AloneAdapter;
import io.modelserving.batching.BatchAdapter;
import io.modelserving.batching.BatchingPolicy;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.StringTensor;
import io.modelserving.tensor.Tensor;

/**
 * The ways in which tensors become batches.
 */
public final class TensorBatching {

	private static final int BYTES_PER_STRING = 48;

	private TensorBatching() {
	}

	/**
	 * Batch along the first dimension of every tensor.
	 * @param padding how rows of different length share a batch
	 * @return the adapter
	 */
	public static BatchAdapter<NamedTensors, NamedTensors> byRows(Padding padding) {
		return new TensorBatchAdapter(RowAxes.FIRST, padding);
	}

	/**
	 * Batch along the rows of every tensor, but for calls that give an optional input:
	 * each of them runs alone and as it is, and counts as one row.
	 * @param axes which dimension of each tensor counts the rows; the first one where
	 * rows are padded
	 * @param padding how rows of different length share a batch
	 * @param optional the names of the optional inputs
	 * @return the adapter
	 */
	public static BatchAdapter<NamedTensors, NamedTensors> byRows(RowAxes axes, Padding padding, Set<String> optional) {
		BatchAdapter<NamedTensors, NamedTensors> rows = new TensorBatchAdapter(axes, padding);
		return optional.isEmpty() ? rows : new OptionalInputsAdapter(rows, optional);
	}

	/**
	 * Run every call alone and as it came. Wants a {@link BatchingPolicy} whose batches
	 * have one row.
	 * @return the adapter; a call counts as one row
	 */
	public static BatchAdapter<NamedTensors, NamedTensors> wholeRequests() {
		return new AloneAdapter<>(NamedTensors::toDirect, TensorBatching::bytes);
	}

	/**
	 * Return the memory that tensors take, that of strings by their length.
	 */
	static long bytes(NamedTensors tensors) {
		long bytes = 0;
		for (Tensor tensor : tensors.asMap().values()) {
			if (tensor instanceof StringTensor strings) {
				for (String element : strings.elements()) {
					bytes += BYTES_PER_STRING + element.length();
				}
			}
			else {
				bytes += tensor.shape().elementCount() * tensor.dataType().elementBytes();
			}
		}
		return bytes;
	}

}
