package io.modelserving.model.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

import org.jspecify.annotations.Nullable;

import io.modelserving.model.graph.ModelGraph.Attribute;
import io.modelserving.model.graph.ModelGraph.Function;
import io.modelserving.model.graph.ModelGraph.Graph;
import io.modelserving.model.graph.ModelGraph.Node;
import io.modelserving.model.graph.ModelGraph.Value;

/**
 * Finds what a caller can turn against the process: nodes where the elements of an input,
 * not its shape, are an integer divisor, a number of turns, or a size.
 */
final class HazardAnalysis {

	private static final int DEEPEST_CALL = 16;

	private static final long MANY_TURNS = 1_000_000;

	/** The operands that decide the size of an output, by operator. */
	private static final Map<String, List<Integer>> SIZES = Map.ofEntries(Map.entry("ConstantOfShape", List.of(0)),
			Map.entry("Expand", List.of(1)), Map.entry("Tile", List.of(1)), Map.entry("Range", List.of(0, 1, 2)),
			Map.entry("Pad", List.of(1)), Map.entry("Resize", List.of(2, 3)), Map.entry("Upsample", List.of(1)),
			Map.entry("OneHot", List.of(1)), Map.entry("AffineGrid", List.of(1)),
			Map.entry("CenterCropPad", List.of(1)), Map.entry("Col2Im", List.of(1, 2)),
			Map.entry("MaxUnpool", List.of(2)), Map.entry("BlackmanWindow", List.of(0)),
			Map.entry("HammingWindow", List.of(0)), Map.entry("HannWindow", List.of(0)), Map.entry("DFT", List.of(1)),
			Map.entry("MelWeightMatrix", List.of(0, 1)));

	/**
	 * Their results depend on the shape of the operand, which the limits on requests
	 * bound.
	 */
	private static final Set<String> SHAPES = Set.of("Shape", "Size", "SequenceLength");

	private final Map<String, Function> functions = new HashMap<>();

	private final List<Hazard> hazards = new ArrayList<>();

	private HazardAnalysis(ModelGraph model) {
		model.functions()
			.forEach((function) -> this.functions.put(function.domain() + ":" + function.name(), function));
	}

	static List<Hazard> of(ModelGraph model) {
		HazardAnalysis analysis = new HazardAnalysis(model);
		Set<String> given = new HashSet<>();
		model.graph().inputs().forEach((input) -> given.add(input.name()));
		analysis.visit(model.graph().nodes(), new GraphScope(model.graph(), null), given, 0);
		return analysis.hazards;
	}

	/**
	 * Visit nodes in their order.
	 * @param given the values that a caller decides, to which results are added
	 */
	private void visit(List<Node> nodes, GraphScope scope, Set<String> given, int depth) {
		for (Node node : nodes) {
			List<String> decided = node.inputs().stream().filter(given::contains).toList();
			check(node, scope, given);
			boolean inner = visitInner(node, scope, given, depth);
			if ((!decided.isEmpty() || inner) && !SHAPES.contains(node.operator())) {
				given.addAll(node.outputs());
			}
		}
	}

	/**
	 * Visit the graphs and the function in a node.
	 * @return whether a caller decides what comes out
	 */
	private boolean visitInner(Node node, GraphScope scope, Set<String> given, int depth) {
		if (depth > DEEPEST_CALL) {
			return false;
		}
		boolean decides = false;
		for (Attribute attribute : node.attributes().values()) {
			for (Graph graph : attribute.graphs()) {
				Set<String> inner = new HashSet<>(given);
				if (node.inputs().stream().anyMatch(given::contains)) {
					graph.inputs().forEach((input) -> inner.add(input.name()));
				}
				visit(graph.nodes(), new GraphScope(graph, scope), inner, depth + 1);
				decides |= graph.outputs().stream().anyMatch((output) -> inner.contains(output.name()));
			}
		}
		Function function = this.functions.get(node.domain() + ":" + node.operator());
		if (function != null) {
			Set<String> inner = new HashSet<>();
			List<Value> inputs = new ArrayList<>();
			for (int i = 0; i < function.inputs().size(); i++) {
				String argument = operand(node, i);
				if (argument != null && given.contains(argument)) {
					inner.add(function.inputs().get(i));
				}
				inputs.add(new Value(function.inputs().get(i), new ModelGraph.Type.TensorType(
						(argument != null) ? scope.type(argument) : ElementType.UNDEFINED, null)));
			}
			visit(function.nodes(), new GraphScope(inputs, Map.of(), function.nodes(), null), inner, depth + 1);
		}
		return decides;
	}

	private void check(Node node, GraphScope scope, Set<String> given) {
		if (!node.domain().isEmpty()) {
			return;
		}
		switch (node.operator()) {
			case "Div", "Mod" -> checkDivision(node, scope, given);
			case "Loop" -> checkLoop(node, scope, given);
			default -> checkSize(node, given);
		}
	}

	/**
	 * The runtime rejects divisors of 0 and computes narrow integers in wider ones, so
	 * that one quotient is left that traps.
	 */
	private void checkDivision(Node node, GraphScope scope, Set<String> given) {
		String dividend = operand(node, 0);
		String divisor = operand(node, 1);
		if (dividend == null || divisor == null || !isWideInteger(node, scope) || isRealModulo(node)) {
			return;
		}
		if ((given.contains(dividend) || given.contains(divisor)) && mayBe(divisor, scope, given, -1L)
				&& mayBe(dividend, scope, given, Integer.MIN_VALUE, Long.MIN_VALUE)) {
			add(node, "integer division: the lowest integer divided by -1 ends the process; "
					+ "check the inputs before the model, or divide as floating-point numbers");
		}
	}

	/** What is neither given nor a constant is a size. */
	private static boolean mayBe(String operand, GraphScope scope, Set<String> given, long... values) {
		if (given.contains(operand)) {
			return true;
		}
		ConstantTensor constant = scope.constant(operand);
		List<Long> known = (constant != null) ? constant.integers() : null;
		return (known != null) ? LongStream.of(values).anyMatch(known::contains) : constant != null;
	}

	private static boolean isWideInteger(Node node, GraphScope scope) {
		return node.inputs()
			.stream()
			.map(scope::type)
			.anyMatch((type) -> type == ElementType.INT32 || type == ElementType.INT64);
	}

	private static boolean isRealModulo(Node node) {
		Attribute real = node.attributes().get("fmod");
		return real != null && real.integers().contains(1L);
	}

	private void checkLoop(Node node, GraphScope scope, Set<String> given) {
		String count = operand(node, 0);
		ConstantTensor constant = (count != null) ? scope.constant(count) : null;
		List<Long> turns = (constant != null) ? constant.integers() : null;
		if (count != null && given.contains(count)) {
			add(node, "an input decides how often the loop runs; a run that passes its deadline is ended");
		}
		else if (count == null || (turns != null && turns.stream().anyMatch((most) -> most > MANY_TURNS))) {
			add(node, "a condition alone ends the loop; a run that passes its deadline is ended");
		}
	}

	private void checkSize(Node node, Set<String> given) {
		for (int index : SIZES.getOrDefault(node.operator(), List.of())) {
			String operand = operand(node, index);
			if (operand != null && given.contains(operand)) {
				add(node, "an input decides the size of the result; a large one takes the memory of the process");
				return;
			}
		}
	}

	private void add(Node node, String description) {
		String name = node.name().isEmpty() ? String.join(", ", node.outputs()) : node.name();
		this.hazards.add(new Hazard(name, node.operator(), description));
	}

	private static @Nullable String operand(Node node, int index) {
		return (index < node.inputs().size() && !node.inputs().get(index).isEmpty()) ? node.inputs().get(index) : null;
	}

}
