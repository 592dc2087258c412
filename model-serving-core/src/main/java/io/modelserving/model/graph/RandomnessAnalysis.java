package io.modelserving.model.graph;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.modelserving.model.graph.ModelGraph.Attribute;
import io.modelserving.model.graph.ModelGraph.Function;
import io.modelserving.model.graph.ModelGraph.Graph;
import io.modelserving.model.graph.ModelGraph.Node;

/**
 * Finds the first node that may give another result for the same inputs, in the graph, in
 * the graphs inside of nodes, and in the functions that are called. A seed changes
 * nothing: the runtime goes on from run to run where the run before has ended.
 */
final class RandomnessAnalysis {

	private static final Map<String, Set<String>> RANDOM = Map.of("", Set.of("RandomNormal", "RandomNormalLike",
			"RandomUniform", "RandomUniformLike", "Multinomial", "Bernoulli"), "com.microsoft",
			Set.of("Sampling", "PythonOp", "ATen"));

	/** Operators that draw while a model is trained, by where they are told so. */
	private static final Map<String, Map<String, Integer>> TRAINED = Map.of("", Map.of("Dropout", 2), "com.microsoft",
			Map.of("BiasDropout", 4, "BitmaskDropout", 2, "BitmaskBiasDropout", 4));

	/** Operators of these compute what they are given, but for those above. */
	private static final Set<String> KNOWN = Set.of("", "ai.onnx.ml", "com.microsoft", "com.microsoft.nchwc",
			"com.ms.internal.nhwc");

	private static final int DEEPEST_CALL = 100;

	private static final long FIRST_WITH_TRAINING_INPUT = 12;

	private static final long LAST_WITH_TEST_ATTRIBUTE = 6;

	private final Map<List<String>, Function> functions = new HashMap<>();

	private final Set<List<String>> visited = new HashSet<>();

	private int depth;

	private RandomnessAnalysis(ModelGraph model) {
		model.functions().forEach((function) -> this.functions.putIfAbsent(key(function), function));
	}

	/**
	 * Return why a model may give another result for the same inputs.
	 * @return the reason, or {@code null} if it gives the same
	 */
	static @Nullable Randomness of(ModelGraph model) {
		return new RandomnessAnalysis(model).find(model.graph().nodes(), new GraphScope(model.graph(), null),
				model.operatorSets());
	}

	private static List<String> key(Function function) {
		return List.of(function.domain(), function.name(), function.overload());
	}

	private @Nullable Randomness find(List<Node> nodes, GraphScope scope, Map<String, Long> sets) {
		for (Node node : nodes) {
			Randomness found = find(node, scope, sets);
			if (found != null) {
				return found;
			}
		}
		return null;
	}

	private @Nullable Randomness find(Node node, GraphScope scope, Map<String, Long> sets) {
		for (Attribute attribute : node.attributes().values()) {
			for (Graph graph : attribute.graphs()) {
				Randomness inner = find(graph.nodes(), new GraphScope(graph, scope), sets);
				if (inner != null) {
					return inner;
				}
			}
		}
		Function function = this.functions.get(List.of(node.domain(), node.operator(), node.overload()));
		if (function == null) {
			return check(node, scope, sets);
		}
		return this.visited.add(key(function)) ? call(node, function) : null;
	}

	private @Nullable Randomness call(Node node, Function function) {
		if (this.depth > DEEPEST_CALL) {
			return of(node, "calls functions too deeply to be looked at");
		}
		this.depth++;
		Randomness found = find(function.nodes(), new GraphScope(List.of(), Map.of(), function.nodes(), null),
				function.operatorSets());
		this.depth--;
		return found;
	}

	private static @Nullable Randomness check(Node node, GraphScope scope, Map<String, Long> sets) {
		String domain = node.domain();
		if (!KNOWN.contains(domain)) {
			return of(node, "is of a domain that is not known, so it may do anything");
		}
		if (RANDOM.getOrDefault(domain, Set.of()).contains(node.operator())) {
			return of(node, "draws random numbers");
		}
		Integer input = TRAINED.getOrDefault(domain, Map.of()).get(node.operator());
		return (input != null && isTraining(node, input, scope, sets.getOrDefault(domain, 1L)))
				? of(node, "draws random numbers, as it is in training mode or may be") : null;
	}

	private static boolean isTraining(Node node, int input, GraphScope scope, long version) {
		if (node.domain().isEmpty() && version < FIRST_WITH_TRAINING_INPUT) {
			Attribute test = node.attributes().get("is_test");
			return version <= LAST_WITH_TEST_ATTRIBUTE && (test == null || !test.integers().contains(1L));
		}
		if (node.inputs().size() <= input || node.inputs().get(input).isEmpty()) {
			return false;
		}
		ConstantTensor constant = scope.fixed(node.inputs().get(input));
		List<Long> values = (constant != null) ? constant.integers() : null;
		return values == null || values.size() != 1 || values.get(0) != 0;
	}

	private static Randomness of(Node node, String reason) {
		String name = node.name().isEmpty() ? String.join(", ", node.outputs()) : node.name();
		return new Randomness(name, node.domain().isEmpty() ? node.operator() : node.domain() + "." + node.operator(),
				reason);
	}

}
