package io.modelserving.model.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.modelserving.model.graph.ModelGraph.Attribute;
import io.modelserving.model.graph.ModelGraph.Node;

/**
 * What each operator asks of the elements of its operands, as the specification of ONNX
 * says, and that of the contributed operators of ONNX Runtime.
 */
final class OperandDemands {

	private static final Demand SMALL_SIZE = Demand.size(1, 2);

	private static final Demand POSITION = Demand.index(1);

	private static final Demand ONE = Demand.between(1, 1);

	private static final Demand FRACTION = Demand.between(0, 1);

	private static final Map<String, List<Rule>> RULES = rules();

	private OperandDemands() {
	}

	/**
	 * Return what a node asks.
	 * @return the demand for each operand of which something is asked
	 */
	static Map<Integer, Demand> of(Node node, GraphScope scope) {
		return RULES.getOrDefault(node.operator(), List.of())
			.stream()
			.filter((rule) -> rule.operand < node.inputs().size())
			.collect(Collectors.toMap(Rule::operand, (rule) -> rule.demand.apply(node, scope), Demand::and));
	}

	private static Map<String, List<Rule>> rules() {
		return Stream.of(
				// an index into a table
				rule("Gather", 1, (node, scope) -> Demand.index(size(node, 0, axis(node, 0), scope))),
				rule("GatherElements", 1, (node, scope) -> Demand.index(size(node, 0, axis(node, 0), scope))),
				rule("ScatterElements", 1, (node, scope) -> Demand.index(size(node, 0, axis(node, 0), scope))),
				rule("Scatter", 1, (node, scope) -> Demand.index(size(node, 0, axis(node, 0), scope))),
				rule("ArrayFeatureExtractor", 1, (node, scope) -> Demand.index(size(node, 0, -1, scope))),
				rule("GatherND", 1, POSITION), rule("ScatterND", 1, POSITION), rule("TensorScatter", 2, POSITION),
				rule("RoiAlign", 2, POSITION), rule("MaxUnpool", 1, POSITION), rule("SequenceAt", 1, POSITION),
				rule("SequenceErase", 1, POSITION), rule("SequenceInsert", 2, POSITION),
				rule("NegativeLogLikelihoodLoss", 1, (node, scope) -> Demand.index(size(node, 0, 1, scope))),
				rule("SoftmaxCrossEntropyLoss", 1, (node, scope) -> Demand.index(size(node, 0, 1, scope))),
				rule("EmbedLayerNormalization", 0, (node, scope) -> Demand.index(size(node, 2, 0, scope))),
				rule("EmbedLayerNormalization", 1, (node, scope) -> Demand.index(size(node, 4, 0, scope))),
				rule("EmbedLayerNormalization", 8, (node, scope) -> Demand.index(size(node, 3, 0, scope))),
				rule("RotaryEmbedding", 3, (node, scope) -> Demand.index(size(node, 1, 0, scope))),
				rule("OneHot", 0, OperandDemands::hotPlace),
				// a shape, a size or a count
				rule("Reshape", 1, Demand.ANY_SHAPE), rule("Expand", 1, SMALL_SIZE), rule("Tile", 1, SMALL_SIZE),
				rule("ConstantOfShape", 0, SMALL_SIZE), rule("OneHot", 1, Demand.size(1, 4)), rule("TopK", 1, ONE),
				rule("Range", 0, Demand.size(0, 0)), rule("Range", 1, Demand.size(1, 4)),
				rule("Range", 2, Demand.size(1, 1)), rule("Loop", 0, Demand.size(0, 3)), rule("Resize", 2, SMALL_SIZE),
				rule("Resize", 3, Demand.size(1, 8)), rule("Upsample", 1, SMALL_SIZE),
				rule("Pad", 1, Demand.size(0, 1)), rule("CenterCropPad", 1, Demand.size(1, 4)),
				rule("AffineGrid", 1, SMALL_SIZE), rule("Split", 1, ONE), rule("SplitToSequence", 1, ONE),
				rule("NonMaxSuppression", 2, Demand.between(1, 10)), rule("NonMaxSuppression", 3, FRACTION),
				rule("NonMaxSuppression", 4, FRACTION), rule("HannWindow", 0, Demand.size(1, 16)),
				rule("HammingWindow", 0, Demand.size(1, 16)), rule("BlackmanWindow", 0, Demand.size(1, 16)),
				rule("DFT", 1, Demand.size(1, 16)), rule("DFT", 2, ONE), rule("STFT", 1, Demand.size(1, 4)),
				rule("STFT", 3, Demand.size(4, 8)), rule("MelWeightMatrix", 0, Demand.size(1, 4)),
				rule("MelWeightMatrix", 1, Demand.size(16, 32)),
				rule("MelWeightMatrix", 2, Demand.between(8000, 16000)),
				rule("MelWeightMatrix", 3, Demand.between(0, 0)), rule("MelWeightMatrix", 4, Demand.between(100, 400)),
				// an axis, a place, a length
				rule("Slice", 1, Demand.between(0, 0)), rule("Slice", 2, Demand.between(1, 1000)),
				rule("Slice", 3, Demand.DISTINCT), rule("Slice", 4, ONE), rule("Pad", 3, Demand.DISTINCT),
				rule("Squeeze", 1, Demand.DISTINCT), rule("Unsqueeze", 1, Demand.DISTINCT), rule("CumSum", 1, POSITION),
				rule("CumProd", 1, POSITION), rule("Trilu", 1, POSITION), rule("ReduceSum", 1, Demand.DISTINCT),
				rule("ReduceMean", 1, Demand.DISTINCT), rule("ReduceMax", 1, Demand.DISTINCT),
				rule("ReduceMin", 1, Demand.DISTINCT), rule("ReduceProd", 1, Demand.DISTINCT),
				rule("ReduceL1", 1, Demand.DISTINCT), rule("ReduceL2", 1, Demand.DISTINCT),
				rule("ReduceLogSum", 1, Demand.DISTINCT), rule("ReduceLogSumExp", 1, Demand.DISTINCT),
				rule("ReduceSumSquare", 1, Demand.DISTINCT), rule("RNN", 4, ONE), rule("LSTM", 4, ONE),
				rule("GRU", 4, ONE), rule("ReverseSequence", 1, ONE), rule("BitShift", 1, Demand.between(0, 7)),
				rule("Bernoulli", 0, FRACTION), rule("Div", 1, OperandDemands::divisor),
				rule("Mod", 1, OperandDemands::divisor),
				// a category
				rule("LabelEncoder", 0, OperandDemands::categories),
				rule("CategoryMapper", 0, OperandDemands::categories),
				rule("OneHotEncoder", 0, OperandDemands::categories),
				rule("TfIdfVectorizer", 0, OperandDemands::categories),
				rule("Equal", 0, (node, scope) -> compared(node, 1, scope)),
				rule("Equal", 1, (node, scope) -> compared(node, 0, scope)))
			.collect(Collectors.groupingBy(Rule::operator));
	}

	private static Rule rule(String operator, int operand, Demand demand) {
		return rule(operator, operand, (node, scope) -> demand);
	}

	private static Rule rule(String operator, int operand, BiFunction<Node, GraphScope, Demand> demand) {
		return new Rule(operator, operand, demand);
	}

	private static long size(Node node, int operand, long axis, GraphScope scope) {
		return (operand < node.inputs().size()) ? scope.size(node.inputs().get(operand), axis) : GraphScope.UNKNOWN;
	}

	private static long axis(Node node, long otherwise) {
		Attribute axis = node.attributes().get("axis");
		return (axis == null || axis.integers().isEmpty()) ? otherwise : axis.integers().get(0);
	}

	private static Demand hotPlace(Node node, GraphScope scope) {
		ConstantTensor depth = scope.constant(node.inputs().get(1));
		List<Long> values = (depth != null) ? depth.integers() : null;
		return Demand.index((values == null || values.isEmpty()) ? GraphScope.UNKNOWN : values.get(0));
	}

	private static Demand divisor(Node node, GraphScope scope) {
		boolean integers = node.inputs().stream().anyMatch((input) -> scope.type(input).isInteger());
		return integers ? Demand.between(1, Double.POSITIVE_INFINITY) : Demand.NONE;
	}

	private static Demand categories(Node node, GraphScope scope) {
		List<Object> categories = new ArrayList<>();
		for (String name : List.of("keys_strings", "keys_int64s", "cats_strings", "cats_int64s", "pool_strings",
				"pool_int64s")) {
			Attribute attribute = node.attributes().get(name);
			if (attribute != null) {
				categories.addAll(attribute.strings());
				categories.addAll(attribute.integers());
			}
		}
		Attribute keys = node.attributes().get("keys_tensor");
		if (keys != null && !keys.tensors().isEmpty()) {
			categories.addAll(elements(keys.tensors().get(0)));
		}
		return Demand.oneOf(categories);
	}

	/**
	 * A scalar that is compared with a constant is most often a choice: take what it is
	 * compared with.
	 */
	private static Demand compared(Node node, int other, GraphScope scope) {
		ConstantTensor constant = scope.constant(node.inputs().get(other));
		boolean scalar = constant != null && scope.isScalarInput(node.inputs().get(1 - other));
		return (constant != null && scalar) ? Demand.oneOf(elements(constant)) : Demand.NONE;
	}

	private static List<?> elements(ConstantTensor tensor) {
		List<?> integers = tensor.integers();
		List<?> strings = tensor.strings();
		return (integers != null) ? integers : (strings != null) ? strings : List.of();
	}

	private record Rule(String operator, int operand, BiFunction<Node, GraphScope, Demand> demand) {
	}

}
