package io.modelserving.serving;

import io.modelserving.batching.admission.CostCurve;

/**
 * How calls of a model share batches, and why: what warm-up found out.
 *
 * @param batched whether calls may share a batch at all
 * @param maxBatchSize the most rows of a batch; 1 if calls run alone
 * @param reason why, in a sentence for the operator
 * @param verification what comparing batched with single rows gave, in a sentence
 * @param costCurve what a run costs, by its number of rows
 */
public record BatchingPlan(boolean batched, int maxBatchSize, String reason, String verification, CostCurve costCurve) {
}
