package io.modelserving.model.graph;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the graph of a model says about it. Immutable.
 *
 * @param verdict whether the rows of a batch are independent
 * @param inputBatchAxes the dimension of each input that carries the batch; an input that
 * carries none, and so has to be the same for all rows, is absent
 * @param outputBatchAxes the dimension of each output that carries the batch; an output
 * that carries none is absent; empty unless the verdict is {@code Proven}
 * @param inputs what limits the values of inputs, by name; an input that has no limits
 * may be absent
 * @param hazards what a caller can turn against the process
 * @param optionalInputs the inputs that have a default
 */
public record GraphAnalysis(BatchVerdict verdict, Map<String, Integer> inputBatchAxes,
		Map<String, Integer> outputBatchAxes, Map<String, InputConstraint> inputs, List<Hazard> hazards,
		List<OptionalInput> optionalInputs) {

	public GraphAnalysis {
		inputBatchAxes = Map.copyOf(inputBatchAxes);
		outputBatchAxes = Map.copyOf(outputBatchAxes);
		inputs = Map.copyOf(inputs);
		hazards = List.copyOf(hazards);
		optionalInputs = List.copyOf(optionalInputs);
	}

	/**
	 * Return the analysis of a model whose graph says nothing.
	 * @param reason why
	 * @return the analysis
	 */
	public static GraphAnalysis unknown(String reason) {
		return new GraphAnalysis(new BatchVerdict.Unknown("", "", reason), Map.of(), Map.of(), Map.of(), List.of(),
				List.of());
	}

	/**
	 * Analyze a graph. It takes time and memory in proportion to the graph.
	 * @param model the graph
	 * @return what it says
	 */
	public static GraphAnalysis of(ModelGraph model) {
		BatchIndependence independence = BatchIndependence.of(model);
		return new GraphAnalysis(independence.verdict(), independence.inputAxes(), independence.outputAxes(),
				InputAnalysis.of(model), HazardAnalysis.of(model), optionalInputs(model));
	}

	private static List<OptionalInput> optionalInputs(ModelGraph model) {
		Set<String> defaults = model.graph().initializers().keySet();
		return model.inputs()
			.stream()
			.filter((input) -> defaults.contains(input.name()))
			.map((input) -> new OptionalInput(input.name(), input.type()))
			.collect(Collectors.toList());
	}

}
