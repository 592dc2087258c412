package io.modelserving.serving;

import java.util.stream.Collectors;

import io.modelserving.batching.CostCurve;
import io.modelserving.model.ModelLoadException;
import io.modelserving.serving.BatchingSettings.Verification;

/**
 * Decides how calls of a model share batches. Pure.
 */
final class BatchPlanner {

	private BatchPlanner() {
	}

	/**
	 * Decide.
	 * @param facts what is known
	 * @param settings what the application wants
	 * @return the plan
	 * @throws ModelLoadException if the application refuses a model like this
	 */
	static BatchingPlan plan(BatchFacts facts, BatchingSettings settings) {
		if (facts.obstacle() != null) {
			return alone(facts.obstacle(), "not needed", facts.costs());
		}
		if (facts.difference() != null) {
			return planDespite(facts.difference(), facts, settings);
		}
		String verification = (settings.verification() == Verification.OFF) ? "off (batching.verify)"
				: facts.costs().isKnown() ? "batched rows equal single rows" : "off (warm-up.enabled)";
		return planByCost(facts.costs(), verification, settings);
	}

	private static BatchingPlan planDespite(String difference, BatchFacts facts, BatchingSettings settings) {
		return switch (settings.verification()) {
			case FAIL -> throw new ModelLoadException("batched rows differ from single rows: " + difference,
					"Set batching.max-batch-size to 1, or batching.verify to unbatch to have that done.", false, null);
			case WARN -> planByCost(facts.costs(),
					"batched rows differ from single rows, and are served all the same: " + difference, settings);
			case UNBATCH, OFF ->
				alone("batched rows differ from single rows: " + difference, difference, facts.costs());
		};
	}

	private static BatchingPlan planByCost(CostCurve costs, String verification, BatchingSettings settings) {
		if (settings.maxBatchSize() != null && (settings.objective() == null || !costs.isKnown())) {
			return new BatchingPlan(true, settings.maxBatchSize(), "max-batch-size is configured", verification, costs);
		}
		if (!costs.isKnown()) {
			return alone(
					"nothing is known of batches, because warm-up is off; batching.max-batch-size has calls batched",
					verification, costs);
		}
		int recommended = costs.recommendedBatchSize();
		String perRow = costs.points()
			.stream()
			.map(point -> "%d: %.1f".formatted(point.rows(), point.nanosPerRow() / 1000))
			.collect(Collectors.joining(", "));
		String reason = (recommended == 1) ? "no batch makes a row a fifth cheaper on this machine"
				: "the smallest batch whose cost per row is within a tenth of the least";
		return new BatchingPlan(true, recommended, "%s (µs per row by batch size: %s)".formatted(reason, perRow),
				verification, costs);
	}

	private static BatchingPlan alone(String reason, String verification, CostCurve costs) {
		return new BatchingPlan(false, 1, reason, verification, costs);
	}

}
