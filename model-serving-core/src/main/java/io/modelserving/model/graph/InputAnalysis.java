package io.modelserving.model.graph;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

import org.jspecify.annotations.Nullable;

import io.modelserving.model.graph.ModelGraph.Attribute;
import io.modelserving.model.graph.ModelGraph.Function;
import io.modelserving.model.graph.ModelGraph.Graph;
import io.modelserving.model.graph.ModelGraph.Node;
import io.modelserving.model.graph.ModelGraph.Value;

/**
 * Finds the values that fit the inputs of a model. It goes from the outputs to the inputs
 * and collects what nodes ask of their operands ({@link OperandDemands}): an index lies
 * within its table, a size is small. What a node asks of a value reaches the inputs
 * through the nodes that only move, cast, shift or scale elements.
 */
final class InputAnalysis {

	private static final int DEEPEST_CALL = 16;

	/** They give elements of the operands that are named, in other places. */
	private static final Map<String, List<Integer>> MOVES = Map.ofEntries(Map.entry("Identity", List.of(0)),
			Map.entry("Cast", List.of(0)), Map.entry("CastLike", List.of(0)), Map.entry("Reshape", List.of(0)),
			Map.entry("Squeeze", List.of(0)), Map.entry("Unsqueeze", List.of(0)), Map.entry("Transpose", List.of(0)),
			Map.entry("Flatten", List.of(0)), Map.entry("Expand", List.of(0)), Map.entry("Tile", List.of(0)),
			Map.entry("Slice", List.of(0)), Map.entry("Gather", List.of(0)), Map.entry("GatherElements", List.of(0)),
			Map.entry("GatherND", List.of(0)), Map.entry("Split", List.of(0)), Map.entry("Dropout", List.of(0)),
			Map.entry("Pad", List.of(0)), Map.entry("DepthToSpace", List.of(0)), Map.entry("SpaceToDepth", List.of(0)),
			Map.entry("ReduceMax", List.of(0)), Map.entry("ReduceMin", List.of(0)), Map.entry("Where", List.of(1, 2)),
			Map.entry("ScatterElements", List.of(0, 2)), Map.entry("ScatterND", List.of(0, 2)),
			Map.entry("Compress", List.of(0)), Map.entry("Ceil", List.of(0)), Map.entry("Floor", List.of(0)),
			Map.entry("Round", List.of(0)));

	private final Map<String, Function> functions = new HashMap<>();

	private InputAnalysis(ModelGraph model) {
		model.functions()
			.forEach((function) -> this.functions.put(function.domain() + ":" + function.name(), function));
	}

	/**
	 * Analyze a model.
	 * @return what limits the values of inputs, by name
	 */
	static Map<String, InputConstraint> of(ModelGraph model) {
		Demands demands = new Demands(new GraphScope(model.graph(), null));
		new InputAnalysis(model).visit(model.graph().nodes(), demands, 0);
		Map<String, List<Long>> sizes = SizeAnalysis.of(model.graph());
		Map<String, InputConstraint> constraints = new LinkedHashMap<>();
		for (Value input : model.graph().inputs()) {
			Demand demand = demands.of(input.name());
			List<Long> least = sizes.getOrDefault(input.name(), List.of());
			if (!demand.isNone() || !least.isEmpty()) {
				constraints.put(input.name(), new InputConstraint(demand.lowestInteger(), demand.highestInteger(),
						demand.categories(), demand.leading(), least, demand.decidesSize()));
			}
		}
		return constraints;
	}

	private void visit(List<Node> nodes, Demands demands, int depth) {
		for (int i = nodes.size() - 1; i >= 0; i--) {
			Node node = nodes.get(i);
			OperandDemands.of(node, demands.scope()).forEach((operand, demand) -> demands.add(node, operand, demand));
			passOn(node, demands);
			if (depth < DEEPEST_CALL) {
				visitGraphs(node, demands, depth + 1);
				visitFunction(node, demands, depth + 1);
			}
		}
	}

	/** Pass what is asked of the result on to the operands. */
	private static void passOn(Node node, Demands demands) {
		Demand asked = node.outputs().stream().map(demands::of).reduce(Demand.NONE, Demand::and);
		if (asked.isNone() || !node.domain().isEmpty()) {
			return;
		}
		switch (node.operator()) {
			case "Concat" -> {
				for (int i = 0; i < node.inputs().size(); i++) {
					demands.add(node, i, asked);
				}
			}
			case "Add", "Sub", "Mul", "Div" -> passOnShifted(node, asked, demands);
			case "Clip", "Max", "Min", "Mod" -> {
				if (!isBounded(node, demands.scope())) {
					demands.add(node, 0, asked);
				}
			}
			default ->
				MOVES.getOrDefault(node.operator(), List.of()).forEach((operand) -> demands.add(node, operand, asked));
		}
	}

	private static void passOnShifted(Node node, Demand asked, Demands demands) {
		for (int operand = 0; operand < 2 && node.inputs().size() == 2; operand++) {
			double[] constants = numbers(demands.scope().constant(node.inputs().get(1 - operand)));
			if (constants == null) {
				continue;
			}
			double least = DoubleStream.of(constants).min().orElse(0);
			double most = DoubleStream.of(constants).max().orElse(0);
			boolean first = operand == 0;
			switch (node.operator()) {
				case "Add" -> demands.add(node, operand, asked.before(1, least, most));
				case "Sub" ->
					demands.add(node, operand, first ? asked.before(1, -most, -least) : asked.before(-1, least, most));
				case "Mul" -> addScaled(node, operand, asked, most, demands);
				default -> {
					if (first) {
						addScaled(node, operand, asked, 1 / least, demands);
					}
				}
			}
		}
	}

	private static void addScaled(Node node, int operand, Demand asked, double factor, Demands demands) {
		if (factor != 0 && !Double.isInfinite(factor)) {
			demands.add(node, operand, asked.before(factor, 0, 0));
		}
	}

	/** Whether a constant already bounds what comes out. */
	private static boolean isBounded(Node node, GraphScope scope) {
		return node.attributes().containsKey("max") || node.inputs()
			.stream()
			.skip(1)
			.anyMatch((operand) -> !operand.isEmpty() && scope.constant(operand) != null);
	}

	private static double @Nullable [] numbers(@Nullable ConstantTensor constant) {
		List<? extends Number> values = (constant == null) ? null
				: (constant.integers() != null) ? constant.integers() : constant.reals();
		return (values == null || values.isEmpty()) ? null : values.stream().mapToDouble(Number::doubleValue).toArray();
	}

	private void visitGraphs(Node node, Demands demands, int depth) {
		for (Attribute attribute : node.attributes().values()) {
			for (Graph graph : attribute.graphs()) {
				Demands inner = new Demands(new GraphScope(graph, demands.scope()), demands);
				boolean branch = node.operator().equals("If");
				for (int i = 0; branch && i < Math.min(graph.outputs().size(), node.outputs().size()); i++) {
					inner.add(graph.outputs().get(i).name(), demands.of(node.outputs().get(i)));
				}
				visit(graph.nodes(), inner, depth);
				// the inputs of the body of a loop are its turn and its condition, and
				// then
				// the operands from the third on; those of a scan are its operands
				int skipped = node.operator().equals("Loop") ? 2 : 0;
				for (int i = skipped; !branch && i < Math.min(graph.inputs().size(), node.inputs().size()); i++) {
					demands.add(node, i, inner.of(graph.inputs().get(i).name()));
				}
			}
		}
	}

	private void visitFunction(Node node, Demands demands, int depth) {
		Function function = this.functions.get(node.domain() + ":" + node.operator());
		if (function == null) {
			return;
		}
		List<Value> inputs = function.inputs()
			.stream()
			.map((name) -> new Value(name, new ModelGraph.Type.OtherType()))
			.toList();
		Demands inner = new Demands(new GraphScope(inputs, Map.of(), function.nodes(), null));
		for (int i = 0; i < Math.min(function.outputs().size(), node.outputs().size()); i++) {
			inner.add(function.outputs().get(i), demands.of(node.outputs().get(i)));
		}
		visit(function.nodes(), inner, depth);
		for (int i = 0; i < Math.min(function.inputs().size(), node.inputs().size()); i++) {
			demands.add(node, i, inner.of(function.inputs().get(i)));
		}
	}

	/**
	 * What is asked of the values that a graph defines, and of those around it.
	 */
	private static final class Demands {

		private final GraphScope scope;

		private final @Nullable Demands parent;

		private final Map<String, Demand> demands = new HashMap<>();

		Demands(GraphScope scope) {
			this(scope, null);
		}

		Demands(GraphScope scope, @Nullable Demands parent) {
			this.scope = scope;
			this.parent = parent;
		}

		GraphScope scope() {
			return this.scope;
		}

		Demand of(String value) {
			return this.demands.getOrDefault(value, Demand.NONE);
		}

		void add(Node node, int operand, Demand demand) {
			if (operand < node.inputs().size()) {
				add(node.inputs().get(operand), demand);
			}
		}

		void add(String value, Demand demand) {
			GraphScope owner = this.scope.owner(value);
			Demands target = this;
			while (target != null && target.scope != owner) {
				target = target.parent;
			}
			if (target != null && !demand.isNone()) {
				target.demands.merge(value, demand, Demand::and);
			}
		}

	}

}
