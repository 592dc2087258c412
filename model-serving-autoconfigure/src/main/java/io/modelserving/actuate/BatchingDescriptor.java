package io.modelserving.actuate;

import java.util.List;

import io.modelserving.batching.admission.CostCurve;
import io.modelserving.serving.BatchingPlan;

/**
 * How calls of a model share batches, and why.
 *
 * @param batched whether calls may share a batch at all
 * @param maxBatchSize the most rows of a batch
 * @param reason why
 * @param verification what comparing batched with single rows gave
 * @param costCurve what a run costs, by its number of rows
 */
record BatchingDescriptor(boolean batched, int maxBatchSize, String reason, String verification, List<Cost> costCurve) {

	static BatchingDescriptor of(BatchingPlan plan) {
		return new BatchingDescriptor(plan.batched(), plan.maxBatchSize(), plan.reason(), plan.verification(),
				plan.costCurve().points().stream().map(Cost::of).toList());
	}

	/**
	 * What a run costs.
	 *
	 * @param rows the number of rows
	 * @param micros the time of the fastest run, in microseconds
	 * @param microsPerRow the same for each row
	 */
	record Cost(int rows, double micros, double microsPerRow) {

		private static Cost of(CostCurve.Point point) {
			return new Cost(point.rows(), micros(point.nanos()), micros(point.nanosPerRow()));
		}

		private static double micros(double nanos) {
			return (double) Math.round(nanos / 100) / 10;
		}

	}

}
