package io.modelserving.model.graph;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.modelserving.model.graph.RowIndependence.Unknown;
import io.modelserving.model.graph.ModelGraph.Attribute;
import io.modelserving.model.graph.ModelGraph.Function;
import io.modelserving.model.graph.ModelGraph.Graph;
import io.modelserving.model.graph.ModelGraph.Node;
import org.jspecify.annotations.Nullable;

/**
 * Applies the {@link BatchRules} to the nodes of a graph, in the order in which they run.
 * Used once, by one thread.
 */
final class Tracer {

	private static final int NODE_LIMIT = 1_000_000;

	private static final int DEPTH_LIMIT = 24;

	private final Symbols symbols = new Symbols();

	private final Map<List<String>, Function> functions = new HashMap<>();

	private @Nullable Node unsure;

	private int nodes;

	private int depth;

	Tracer(ModelGraph model) {
		model.functions()
			.forEach((function) -> this.functions
				.putIfAbsent(List.of(function.domain(), function.name(), function.overload()), function));
	}

	Symbols symbols() {
		return this.symbols;
	}

	/**
	 * Return a node of whose output nothing is known, and which therefore may not run
	 * with several rows. It matters even if no output of the model needs it, since the
	 * runtime runs it all the same.
	 * @return the first such node, or {@code null}
	 */
	@Nullable Node unsure() {
		return this.unsure;
	}

	/**
	 * Trace a graph.
	 * @param graph the graph
	 * @param scope what is known of its inputs and of what surrounds it
	 * @return what is known of its outputs, in their order
	 */
	List<Traced> trace(Graph graph, Scope scope) {
		graph.initializers().forEach((name, tensor) -> {
			if (!scope.definesItself(name)) {
				scope.define(name, Filling.of(this.symbols, tensor));
			}
		});
		trace(graph.nodes(), scope);
		return graph.outputs().stream().map((output) -> scope.get(output.name())).toList();
	}

	private void trace(List<Node> unordered, Scope scope) {
		if (++this.depth > DEPTH_LIMIT) {
			throw new Untraceable(new Unknown("", "", "the graph is nested too deeply"));
		}
		try {
			for (Node node : NodeOrder.sort(unordered)) {
				if (++this.nodes > NODE_LIMIT) {
					throw new Untraceable(new Unknown("", "", "the graph takes too many steps"));
				}
				List<Traced> outputs = trace(node, scope);
				boolean failed = outputs.stream().allMatch((output) -> output.failure() != null);
				if (failed && this.unsure == null && !BatchRules.runsWithAnySize(node.domain(), node.operator())) {
					this.unsure = node;
				}
				for (int i = 0; i < node.outputs().size(); i++) {
					if (!node.outputs().get(i).isEmpty()) {
						scope.define(node.outputs().get(i), (i < outputs.size()) ? outputs.get(i)
								: failed(node, "nothing is known of its output %d".formatted(i)));
					}
				}
			}
		}
		finally {
			this.depth--;
		}
	}

	private static Traced failed(Node node, String reason) {
		return Traced.failed(new Unknown(Step.name(node), node.operator(), reason));
	}

	private List<Traced> trace(Node node, Scope scope) {
		List<@Nullable Traced> inputs = scope.inputs(node);
		for (Traced input : inputs) {
			if (input != null && input.failure() != null) {
				return node.outputs().stream().map((output) -> input).toList();
			}
		}
		Node bound = scope.bind(node);
		Function function = this.functions.get(List.of(node.domain(), node.operator(), node.overload()));
		Rule rule = BatchRules.of(node.domain(), node.operator());
		if (function != null && rule == null) {
			return inline(bound, function, inputs);
		}
		if (function != null || rule == null) {
			Traced failure = failed(node,
					(rule == null) ? "the operator is not known" : "the operator is defined twice");
			return node.outputs().stream().map((output) -> failure).toList();
		}
		try {
			return rule.apply(new Step(bound, inputs, scope.version(node.domain()), this, scope));
		}
		catch (Untraceable ex) {
			if (BatchRules.isFunctionOfInputs(rule) && isConstant(bound, inputs)) {
				return node.outputs().stream().map((output) -> Traced.SHARED).toList();
			}
			return node.outputs().stream().map((output) -> Traced.failed(ex.rowIndependence())).toList();
		}
		catch (IndexOutOfBoundsException | ArithmeticException | IllegalArgumentException | IllegalStateException ex) {
			Traced failure = failed(node, "the node is not as the operator has to be");
			return node.outputs().stream().map((output) -> failure).toList();
		}
	}

	/**
	 * Return whether a node has nothing to do with the rows of the batch. Of one that
	 * contains graphs this is not said: they may draw random numbers.
	 */
	private static boolean isConstant(Node node, List<@Nullable Traced> inputs) {
		return node.attributes().values().stream().allMatch((attribute) -> attribute.graphs().isEmpty())
				&& inputs.stream().allMatch((input) -> input == null || input.isConstant());
	}

	private List<Traced> inline(Node node, Function function, List<@Nullable Traced> inputs) {
		Map<String, Attribute> attributes = new HashMap<>(function.defaults());
		attributes.putAll(node.attributes());
		Scope scope = new Scope(null, function.operatorSets(), attributes);
		for (int i = 0; i < Math.min(inputs.size(), function.inputs().size()); i++) {
			Traced input = inputs.get(i);
			if (input != null) {
				scope.define(function.inputs().get(i), input);
			}
		}
		for (int i = 0; i < function.inputs().size(); i++) {
			if (i >= inputs.size() || inputs.get(i) == null) {
				scope.leaveOut(function.inputs().get(i));
			}
		}
		trace(function.nodes(), scope);
		return function.outputs().stream().map(scope::get).toList();
	}

}
