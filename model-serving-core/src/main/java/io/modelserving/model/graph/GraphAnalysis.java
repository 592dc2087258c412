package io.modelserving.model.graph;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What the graph of a model says about it. Immutable.
 *
 * @param rowIndependence whether the rows of a batch are independent
 * @param inputBatchAxes the dimension of each input that carries the batch; an input that
 * carries none, and so has to be the same for all rows, is absent
 * @param outputBatchAxes the dimension of each output that carries the batch; an output
 * that carries none is absent; empty unless independence is {@code Proven}
 * @param inputs what limits the values of inputs, by name; an input that has no limits
 * may be absent
 * @param hazards what a caller can turn against the process
 * @param randomness why the model may give another result for the same inputs, or
 * {@code null} if it gives the same
 */
public record GraphAnalysis(RowIndependence rowIndependence, Map<String, Integer> inputBatchAxes,
		Map<String, Integer> outputBatchAxes, Map<String, InputConstraint> inputs, List<Hazard> hazards,
		@Nullable Randomness randomness) {

	public GraphAnalysis {
		inputBatchAxes = Map.copyOf(inputBatchAxes);
		outputBatchAxes = Map.copyOf(outputBatchAxes);
		inputs = Map.copyOf(inputs);
		hazards = List.copyOf(hazards);
	}

	/**
	 * Create the analysis of a model that gives the same result for the same inputs.
	 */
	public GraphAnalysis(RowIndependence rowIndependence, Map<String, Integer> inputBatchAxes,
			Map<String, Integer> outputBatchAxes, Map<String, InputConstraint> inputs, List<Hazard> hazards) {
		this(rowIndependence, inputBatchAxes, outputBatchAxes, inputs, hazards, null);
	}

	/**
	 * Return the analysis of a model whose graph says nothing.
	 * @param reason why
	 * @return the analysis
	 */
	public static GraphAnalysis unknown(String reason) {
		return new GraphAnalysis(new RowIndependence.Unknown("", "", reason), Map.of(), Map.of(), Map.of(), List.of(),
				new Randomness("", "", reason));
	}

	static GraphAnalysis of(ModelGraph model) {
		BatchIndependence independence = BatchIndependence.of(model);
		return new GraphAnalysis(independence.rowIndependence(), independence.inputAxes(), independence.outputAxes(),
				InputAnalysis.of(model), HazardAnalysis.of(model), RandomnessAnalysis.of(model));
	}

}
