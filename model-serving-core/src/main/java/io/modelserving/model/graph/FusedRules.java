package io.modelserving.model.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.modelserving.model.graph.BatchRules.Stated;

/**
 * The batching rules of operators that ONNX Runtime adds (domain com.microsoft), as far
 * as exporters and optimizers write them into files.
 */
final class FusedRules {

	private FusedRules() {
	}

	static Map<String, Rule> rules() {
		Map<String, Rule> rules = new HashMap<>();
		put(rules, Rule.one(Elementwise::first), "Gelu", "QuickGelu", "QLinearLeakyRelu", "QLinearSigmoid",
				"ImageScaler");
		put(rules, Rule.one(Elementwise::all), "BiasGelu", "FastGelu", "BiasAdd");
		put(rules, Rule.one(FusedRules::fusedMatMul), "FusedMatMul", "TransposeMatMul");
		put(rules, Rule.one(Products::gemm), "FusedGemm");
		put(rules, Rule.one(FusedRules::fusedConvolution), "FusedConv", "NhwcFusedConv");
		put(rules, Spatial.reshapedSignal(0), "NhwcConv", "NhwcMaxPool", "QLinearAveragePool",
				"QLinearGlobalAveragePool");
		put(rules, Normalizations::skipLayer, "SkipLayerNormalization", "SkipSimplifiedLayerNormalization");
		put(rules, Recurrent.rowsFirst(List.of(2, 3, 4, 5, 6), List.of(8), 3, 1, 3), "EmbedLayerNormalization");
		put(rules, without(Recurrent.rowsFirst(List.of(1, 2), List.of(5), 3, -1), 4, 6), "Attention");
		put(rules, without(Recurrent.rowsFirst(List.of(3), List.of(5), 3, 4, 4), 8, 9), "MultiHeadAttention");
		put(rules, new Stated("it takes a batch only for some lengths of its inputs"), "GroupQueryAttention");
		put(rules, without(Recurrent.rowsFirst(List.of(1, 2, 3, 4, 6, 7), List.of(), 3, -1), 8), "QAttention");
		put(rules, Rule.one(Recurrent::rotaryWithOffset), "RotaryEmbedding");
		put(rules, Rule.one(FusedRules::quantizedGemm), "QGemm");
		put(rules, Rule.one((step) -> quantizedPair(step, 0, 3)), "QLinearAdd", "QLinearMul");
		put(rules, Rule.one((step) -> quantizedPair(step, 0, 1, 4)), "QLinearWhere");
		put(rules, Rule.one(FusedRules::quantizedConcat), "QLinearConcat");
		put(rules, Rule.one(FusedRules::quantizedSoftmax), "QLinearSoftmax");
		put(rules, Products.quantized(1, 2, 4), "MatMulIntegerToFloat");
		put(rules, Products.quantized(1, 2), "MatMulInteger16");
		put(rules, Rule.one(FusedRules::packedWeights), "MatMulNBits", "MatMulBnb4", "MatMulFpQ4");
		put(rules, Rule.one(Normalizations::quantize), "QuantizeLinear", "DequantizeLinear");
		put(rules, Rule.one(Reductions::reduce), "ReduceSumInteger");
		put(rules, Reductions.last(2), "Inverse", "Trilu");
		put(rules, Recurrent.rowsFirst(List.of(1), List.of(), 2), "CDist");
		put(rules, Rule.one(Indexing::gatherNd), "GatherND");
		put(rules, Rule.one(Spatial::paired), "GridSample");
		put(rules, Rule.one(Filling::range), "Range");
		put(rules, Learners.mixing("it computes one scale from all rows of the batch"), "DynamicQuantizeMatMul",
				"DynamicQuantizeLSTM");
		put(rules, Rule.one(Learners::tokens), "Tokenizer");
		put(rules, Learners.mixing("how many elements it gives depends on all rows of the batch"), "Unique");
		put(rules, new Stated("it takes rows without their padding, one after the other"), "PackedAttention",
				"PackedMultiHeadAttention", "RemovePadding", "RestorePadding");
		put(rules, new Stated("it generates text step by step"), "BeamSearch", "GreedySearch", "Sampling",
				"WhisperBeamSearch");
		return Map.copyOf(rules);
	}

	private static void put(Map<String, Rule> rules, Rule rule, String... operators) {
		BatchRules.put(rules, rule, operators);
	}

	/**
	 * Return a rule that is good only if some inputs are left out.
	 */
	private static Rule without(Rule rule, int... inputs) {
		return (step) -> {
			for (int input : inputs) {
				if (step.has(input)) {
					throw step.unknown("how its input \"%s\" carries the batch is not known"
						.formatted(step.node().inputs().get(input)));
				}
			}
			return rule.apply(step);
		};
	}

	private static Traced fusedMatMul(Step step) {
		if (step.integer("transBatchA", 0) != 0 || step.integer("transBatchB", 0) != 0) {
			throw step.unknown("it transposes more than the last two dimensions");
		}
		return Products.matMul(step, Products.transposed(step, step.input(0), step.integer("transA", 0) != 0),
				Products.transposed(step, step.input(1), step.integer("transB", 0) != 0));
	}

	private static Traced fusedConvolution(Step step) {
		Traced input = Spatial.signal(step);
		List<Traced> ofRows = new ArrayList<>(List.of(input));
		for (int i = 1; i < step.inputCount(); i++) {
			if (i == 3 && step.has(i)) {
				step.requireAt(step.input(i), 0);
				ofRows.add(step.input(i));
			}
			else if (step.has(i) && step.input(i).isBatched()) {
				throw step.mixes("its weights are different for each row");
			}
		}
		return Traced.batched(Spatial.rowsOf(step, input, step.shape(input).size()), Indexing.together(step, ofRows));
	}

	private static Traced quantizedGemm(Step step) {
		Traced a = Products.transposed(step, step.input(0), step.integer("transA", 0) != 0);
		Traced b = Products.transposed(step, step.input(3), step.integer("transB", 0) != 0);
		requireScalars(step, 1, 2);
		for (int i : new int[] { 4, 5, 7, 8 }) {
			requireShared(step, i);
		}
		Traced product = Products.matMul(step, a, b);
		return step.has(6) ? Products.onto(step, product, step.input(6)) : product;
	}

	private static void requireScalars(Step step, int... inputs) {
		for (int input : inputs) {
			requireShared(step, input);
			if (step.has(input) && !step.shape(step.input(input)).stream().allMatch((size) -> size.is(1))) {
				throw step.unknown("whether rows have a scale of their own is not known");
			}
		}
	}

	private static void requireShared(Step step, int input) {
		if (step.has(input) && step.input(input).isBatched()) {
			throw step.mixes("its scales are different for each row");
		}
	}

	/**
	 * Trace an operator that computes element by element, with a scale and a zero point
	 * for each operand.
	 * @param operands the places of the operands
	 */
	private static Traced quantizedPair(Step step, Integer... operands) {
		List<Integer> places = List.of(operands);
		for (int i = 0; i < step.inputCount(); i++) {
			if (!places.contains(i)) {
				requireScalars(step, i);
			}
		}
		return Elementwise.broadcast(step, places.stream().map(step::input).toList());
	}

	private static Traced quantizedConcat(Step step) {
		List<Traced> operands = new ArrayList<>();
		for (int i = 0; i < step.inputCount(); i++) {
			if (i >= 2 && (i - 2) % 3 == 0) {
				operands.add(step.input(i));
			}
			else {
				requireScalars(step, i);
			}
		}
		return Cutting.concat(step, operands, step.integer("axis", 0));
	}

	private static Traced quantizedSoftmax(Step step) {
		step.requireShared(1);
		Traced input = step.input(0);
		boolean from = step.integer("opset", 0) < 13;
		if (from) {
			return Reductions.from(step, input, step.integer("axis", 1));
		}
		return Reductions.along(-1).apply(step).get(0);
	}

	/**
	 * The rule of products with weights that are packed in a format of their own.
	 */
	private static Traced packedWeights(Step step) {
		Traced input = step.input(0);
		step.requireShared(1);
		List<SymbolicInt> shape = new ArrayList<>(step.shape(input));
		int last = shape.size() - 1;
		step.requireApart(input, last, "sums over");
		shape.set(last, step.hasAttribute("N") ? SymbolicInt.of(step.integer("N", 0)) : step.unknownSize());
		return Traced.batched(shape, input.batch());
	}

}
