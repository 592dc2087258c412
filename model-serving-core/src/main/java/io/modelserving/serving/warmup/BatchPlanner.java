package io.modelserving.serving.warmup;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.modelserving.serving.BatchingPlan;
import io.modelserving.serving.BatchingSettings;
import io.modelserving.batching.admission.CostCurve;
import io.modelserving.batching.tensor.RowAxes;
import io.modelserving.model.InvalidModelException;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelSignature;
import io.modelserving.model.graph.RowIndependence;
import io.modelserving.model.graph.GraphAnalysis;
import io.modelserving.serving.BatchingSettings.Verification;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.TensorSpec;

/**
 * Decides how calls of a model share batches. Pure.
 */
public final class BatchPlanner {

	private static final String MAP_KEYS = ".keys";

	private static final String DIFFERENCE = "batched rows differ from single rows: ";

	private BatchPlanner() {
	}

	/**
	 * Return why calls cannot share batches, by what is known without running the model.
	 * @param signature what the model takes and gives
	 * @param analysis what its graph says
	 * @param settings what the application wants
	 * @param tested whether a graph that does not say enough can be tested
	 * @return the reason, or {@code null} if they may share batches
	 * @throws ModelLoadException if the application rejects such a model
	 */
	static @Nullable String obstacle(ModelSignature signature, GraphAnalysis analysis, BatchingSettings settings,
			boolean tested) {
		Integer limit = settings.maxBatchSize();
		if (limit != null && limit == 1) {
			return "max-batch-size is 1";
		}
		if (signature.inputs().isEmpty()) {
			return "the model requires no input, so a call has no rows";
		}
		RowAxes axes = axes(signature, analysis);
		if (axes.others().isEmpty() && !signature.allowsBatches()) {
			return "the first dimension of an input or output is not dynamic: %s -> %s".formatted(signature.inputs(),
					signature.outputs());
		}
		if (!axes.others().isEmpty() && !settings.padding().resolve(signature).isNone()) {
			return "batching.padding needs the rows in the first dimension of each tensor; those of %s are in another one"
				.formatted(axes.others().keySet());
		}
		return obstacle(signature, analysis, settings.verification(), limit != null, tested);
	}

	/**
	 * Return which dimension of each tensor counts the rows, by what the graph proves.
	 */
	public static RowAxes axes(ModelSignature signature, GraphAnalysis analysis) {
		Map<String, Integer> others = new HashMap<>();
		if (analysis.rowIndependence() instanceof RowIndependence.Proven) {
			addOthers(signature.inputs(), analysis.inputBatchAxes(), others);
			addOthers(signature.outputs(), analysis.outputBatchAxes(), others);
		}
		return new RowAxes(others);
	}

	private static void addOthers(List<TensorSpec> specs, Map<String, Integer> axes, Map<String, Integer> others) {
		for (TensorSpec spec : specs) {
			Integer axis = axis(spec.name(), axes);
			if (axis != null && axis != 0) {
				others.put(spec.name(), axis);
			}
		}
	}

	private static @Nullable String obstacle(ModelSignature signature, GraphAnalysis analysis,
			Verification verification, boolean asked, boolean tested) {
		RowIndependence independence = analysis.rowIndependence();
		if (independence instanceof RowIndependence.Proven) {
			return wrongAxis(signature, analysis);
		}
		if (verification == Verification.WARN || (verification == Verification.OFF && asked)) {
			return null;
		}
		if (independence instanceof RowIndependence.Mixes) {
			if (verification == Verification.FAIL) {
				throw rejection(independence.describe());
			}
			return "the graph shows that rows are not independent: " + independence.describe();
		}
		if (verification == Verification.OFF || !tested) {
			return "the graph does not prove that rows are independent (%s), and it is not tested, as %s is off"
				.formatted(independence.describe(), tested ? "batching.verify" : "warm-up");
		}
		return null;
	}

	/**
	 * Return whether the first dimension of each input and output counts rows that are
	 * independent, unless the graph says otherwise.
	 */
	public static boolean hasRows(ModelSignature signature, GraphAnalysis analysis) {
		RowIndependence independence = analysis.rowIndependence();
		return signature.allowsBatches() && !(independence instanceof RowIndependence.Mixes)
				&& axes(signature, analysis).others().isEmpty()
				&& !(independence instanceof RowIndependence.Proven && wrongAxis(signature, analysis) != null);
	}

	private static @Nullable String wrongAxis(ModelSignature signature, GraphAnalysis analysis) {
		String input = wrongAxis("input", signature.inputs(), analysis.inputBatchAxes());
		return (input != null) ? input : wrongAxis("output", signature.outputs(), analysis.outputBatchAxes());
	}

	private static @Nullable String wrongAxis(String kind, List<TensorSpec> specs, Map<String, Integer> axes) {
		for (TensorSpec spec : specs) {
			Integer axis = axis(spec.name(), axes);
			if (axis == null) {
				return "the %s \"%s\" carries no batch".formatted(kind, spec.name());
			}
			if (!spec.shape().hasKnownRank() || spec.shape().rank() <= axis
					|| spec.shape().dimension(axis) != Shape.DYNAMIC) {
				return "the %s %s carries the batch along dimension %d, which is not dynamic".formatted(kind, spec,
						axis);
			}
		}
		return null;
	}

	/**
	 * An output of maps has one name in the graph; as tensors, its keys are named after
	 * its values.
	 */
	private static @Nullable Integer axis(String name, Map<String, Integer> axes) {
		return axes.containsKey(name) || !name.endsWith(MAP_KEYS) ? axes.get(name)
				: axes.get(name.substring(0, name.length() - MAP_KEYS.length()));
	}

	private static ModelLoadException rejection(String difference) {
		return new InvalidModelException(DIFFERENCE + difference,
				"Set batching.max-batch-size to 1, or batching.verify to unbatch to have that done.", false, null);
	}

	/**
	 * Decide.
	 * @param facts what is known
	 * @param settings what the application wants
	 * @return the plan
	 * @throws ModelLoadException if the application rejects such a model
	 */
	static BatchingPlan plan(BatchFacts facts, BatchingSettings settings) {
		if (facts.obstacle() != null) {
			return alone(facts.obstacle(), "not needed", facts.costs());
		}
		if (facts.difference() != null) {
			return planDespite(facts.difference(), facts, settings);
		}
		String verification = (settings.verification() == Verification.OFF) ? "off (batching.verify)"
				: facts.costs().isKnown() ? "batched rows equal single rows"
						: "off, as there were no runs to compare (warm-up)";
		return planByCost(facts, verification, settings);
	}

	private static BatchingPlan planDespite(String difference, BatchFacts facts, BatchingSettings settings) {
		return switch (settings.verification()) {
			case FAIL -> throw rejection(difference);
			case WARN -> planByCost(facts, DIFFERENCE + difference + "; they are served all the same (batching.verify)",
					settings);
			case UNBATCH, OFF -> alone(DIFFERENCE + difference, difference, facts.costs());
		};
	}

	private static BatchingPlan planByCost(BatchFacts facts, String verification, BatchingSettings settings) {
		CostCurve costs = facts.costs();
		if (settings.maxBatchSize() != null && (settings.objective() == null || !costs.isKnown())) {
			if (facts.limit() != null && costs.isKnown()) {
				int tried = costs.points().get(costs.points().size() - 1).rows();
				return new BatchingPlan(true, tried, facts.limit() + "; warm-up.timeout can be raised", verification,
						costs);
			}
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
