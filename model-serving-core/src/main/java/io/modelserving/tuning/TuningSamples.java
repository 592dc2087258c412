package io.modelserving.tuning;

import java.util.List;
import java.util.stream.IntStream;

import io.modelserving.serving.BatchingPlan;
import io.modelserving.serving.warmup.SampleRows;
import io.modelserving.batching.BatchAdapter;
import io.modelserving.batching.tensor.TensorBatching;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Workspace;

/**
 * The requests that candidates are measured with.
 *
 * @param requests the inputs of each
 * @param rows the number of rows of each
 * @param adapter how they share batches
 */
record TuningSamples(List<NamedTensors> requests, int rows, BatchAdapter<NamedTensors, NamedTensors> adapter) {

	static final TuningSamples NONE = new TuningSamples(List.of(), 1, TensorBatching.wholeRequests());

	/**
	 * Make requests of the samples that the model warms up on.
	 * @param inputs inputs on which the model runs
	 * @param singles single rows of them; empty if they have no rows
	 * @param byRows how these share batches
	 * @param plan whether they may share batches
	 * @param rows the number of rows of each
	 * @throws IllegalArgumentException if the model cannot take as many, or no inputs are
	 * known
	 */
	static TuningSamples of(SampleRows.Inputs inputs, List<NamedTensors> singles,
			BatchAdapter<NamedTensors, NamedTensors> byRows, BatchingPlan plan, int rows) {
		if (inputs.failure() != null) {
			throw new IllegalArgumentException("no inputs are known on which the model runs (%s); give warm-up.samples"
				.formatted(inputs.failure()));
		}
		if (singles.isEmpty()) {
			if (rows > 1) {
				throw new IllegalArgumentException("rows is %d, and the model takes one row in a request, because %s"
					.formatted(rows, plan.reason()));
			}
			return new TuningSamples(inputs.tensors(), 1, TensorBatching.wholeRequests());
		}
		List<NamedTensors> requests = (rows == 1) ? singles
				: IntStream.range(0, singles.size()).mapToObj(first -> request(singles, first, rows, byRows)).toList();
		return new TuningSamples(requests, rows, plan.batched() ? byRows : TensorBatching.wholeRequests());
	}

	private static NamedTensors request(List<NamedTensors> singles, int first, int rows,
			BatchAdapter<NamedTensors, NamedTensors> adapter) {
		List<NamedTensors> parts = IntStream.range(first, first + rows)
			.mapToObj(i -> singles.get(i % singles.size()))
			.toList();
		return adapter.merge(parts, new Workspace());
	}

	/**
	 * Return how many requests are in flight so that every instance runs full batches
	 * while as many rows wait.
	 */
	int saturating(int instances, int maxBatchSize) {
		return 2 * instances * Math.max(1, (maxBatchSize + this.rows - 1) / this.rows);
	}

	/**
	 * Return the rows of a batch, on average.
	 * @param counted the rows in all batches, as the adapter counts them
	 * @param batches the number of batches
	 */
	double meanRows(long counted, long batches) {
		int countedForEach = this.adapter.rows(this.requests.get(0));
		return (batches > 0) ? (double) counted * this.rows / countedForEach / batches : 0;
	}

}
