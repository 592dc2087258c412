package io.modelserving.model.graph;

import static io.modelserving.model.graph.Corpus.floats;

/**
 * Models of operators that look at whole dimensions, and of products.
 */
final class ReductionCases {

	private ReductionCases() {
	}

	static void addTo(Corpus corpus) {
		for (String operator : "ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSumSquare"
			.split(" ")) {
			corpus.proven(operator, floats("batch", "t", 4).node(operator, "x", "y", "axes", new long[] { 1, -1 }));
			corpus.mixes(operator + " of all", floats("batch", 4).node(operator, "x", "m").node("Add", "x m", "y"));
			corpus.mixes(operator + " of rows",
					floats("batch", 4).node(operator, "x", "m", "axes", new long[] { 0 }).node("Add", "x m", "y"));
		}
		corpus.proven("ReduceSum", floats("batch", 4).integers("a", 1).node("ReduceSum", "x a", "y", "keepdims", 0));
		corpus.mixes("ReduceSum of all", floats("batch", 4).node("ReduceSum", "x", "m").node("Div", "x m", "y"));
		corpus.proven("ReduceSum of nothing",
				floats("batch", 4).node("ReduceSum", "x", "y", "noop_with_empty_axes", 1));
		corpus.proven("ReduceMax 18",
				floats("batch", 4).operatorSet(18).integers("a", -1).node("ReduceMax", "x a", "y"));
		for (String operator : "ArgMax ArgMin".split(" ")) {
			corpus
				.proven(operator,
						floats("batch", 4).node(operator, "x", "i", "axis", 1).node("Cast", "i", "y", "to", 1))
				.finite();
			corpus
				.mixes(operator + " of rows",
						floats("batch", 4).node(operator, "x", "i", "axis", 0).node("Cast", "i", "y", "to", 1))
				.finite();
		}
		for (String operator : "Softmax LogSoftmax Hardmax".split(" ")) {
			corpus.proven(operator, floats("batch", 4).node(operator, "x", "y")).finite();
			corpus.mixes(operator + " over rows", floats("batch", 4).node(operator, "x", "y", "axis", 0)).finite();
			corpus.proven(operator + " 11", floats("batch", 2, 3).operatorSet(11).node(operator, "x", "y", "axis", 1))
				.finite();
			corpus
				.mixes(operator + " 11 over all",
						floats("batch", 2, 3).operatorSet(11).node(operator, "x", "y", "axis", 0))
				.finite();
		}
		corpus.proven("LpNormalization", floats("batch", 4).node("LpNormalization", "x", "y", "axis", 1));
		corpus.mixes("LpNormalization over rows", floats("batch", 4).node("LpNormalization", "x", "y", "axis", 0));
		corpus.proven("CumSum", floats("batch", 4).integer("a", 1).node("CumSum", "x a", "y"));
		corpus.mixes("CumSum over rows", floats("batch", 4).integer("a", 0).node("CumSum", "x a", "y"));
		corpus.proven("TopK", floats("batch", 4).integers("k", 2).node("TopK", "x k", "y i")).finite();
		corpus.mixes("TopK of rows", floats("batch", 4).integers("k", 1).node("TopK", "x k", "y i", "axis", 0))
			.finite();
		corpus.proven("Trilu", floats("batch", 3, 3).node("Trilu", "x", "y"));
		corpus.mixes("Trilu of rows", floats("batch", 4).node("Trilu", "x", "y"));
		corpus.proven("Det", floats("batch", 2, 2).node("Det", "x", "y")).moderate();
		corpus
			.proven("Inverse",
					floats("batch", 2, 2).reals("eye", new long[] { 2, 2 }, 100, 0, 1, 100)
						.node("Add", "x eye", "z")
						.node("com.microsoft:Inverse", "z", "y"))
			.moderate();
		products(corpus);
	}

	private static void products(Corpus corpus) {
		long[] square = { 4, 4 };
		corpus.proven("MatMul",
				floats("batch", 4).reals("w", new long[] { 4, 3 }, 1, -2, 3, 0.5, 2).node("MatMul", "x w", "y"));
		corpus.proven("MatMul by vector",
				floats("batch", 4).reals("w", new long[] { 4 }, 1, -2).node("MatMul", "x w", "y"));
		corpus.proven("MatMul from the left",
				floats("batch", 4, 3).reals("w", square, 1, -2, 3, 0.5, 2).node("MatMul", "w x", "y"));
		corpus
			.proven("MatMul of rows of matrices",
					floats("batch", "t", 4).input("z", ElementType.FLOAT, "batch", 4, 3).node("MatMul", "x z", "y"))
			.moderate();
		corpus.proven("MatMul of a vector per row",
				floats("batch", 4, 3).reals("w", new long[] { 4 }, 1, -2).node("MatMul", "w x", "y"));
		corpus.mixes("MatMul of rows with rows",
				floats("batch", 4).node("Transpose", "x", "t").node("MatMul", "x t", "y"));
		corpus.mixes("MatMul over rows",
				floats("batch", 4).node("Transpose", "x", "t").node("MatMul", "t x", "m").node("MatMul", "x m", "y"));
		corpus.mixes("MatMul vector over rows", floats("batch").node("MatMul", "x x", "m").node("Mul", "x m", "y"));
		corpus.proven("Gemm",
				floats("batch", 4).reals("w", new long[] { 3, 4 }, 1, -2, 3, 0.5, 2)
					.reals("b", new long[] { 3 }, 1, 2)
					.node("Gemm", "x w b", "y", "transB", 1));
		corpus.mixes("Gemm over rows",
				floats("batch", 4).node("Gemm", "x x", "m", "transA", 1).node("MatMul", "x m", "y"));
		corpus
			.mixes("Gemm with a bias per row",
					floats("batch", 4).reals("w", square, 1, -2)
						.reals("b", new long[] { 2, 1 }, 1, 2)
						.node("Gemm", "x w b", "y"))
			.verdictOnly();
		corpus
			.proven("FusedMatMul",
					floats("batch", 4, 3).input("z", ElementType.FLOAT, "batch", 4, 2)
						.node("com.microsoft:FusedMatMul", "x z", "y", "transA", 1, "alpha", 0.5))
			.moderate();
		einsum(corpus, true, "bi,ij->bj");
		einsum(corpus, true, "bi,ij->jb");
		einsum(corpus, true, "bi,ji");
		einsum(corpus, false, "bi,ij->j");
		corpus
			.proven("Einsum of pairs",
					floats("batch", 2, 4).input("z", ElementType.FLOAT, "batch", 4, 3)
						.node("Einsum", "x z", "y", "equation", "bij,bjk->bik"))
			.moderate();
		corpus.mixes("Einsum of all pairs", floats("batch", 4).input("z", ElementType.FLOAT, "batch", 4)
			.node("Einsum", "x z", "y", "equation", "bi,ci->bc"));
		corpus.proven("Einsum with ellipsis", floats("batch", 2, 4).reals("w", square, 1, -2, 3, 0.5, 2)
			.node("Einsum", "x w", "y", "equation", "...i,ij->...j"));
		corpus.proven("MatMulInteger",
				ModelBuilder.model()
					.input("x", ElementType.UINT8, "batch", 4)
					.output("y", ElementType.INT32)
					.constant("w", ElementType.INT8, square, 1, -2, 3)
					.constant("z", ElementType.UINT8, new long[0], 2)
					.node("MatMulInteger", "x w z", "y"));
		corpus.proven("QLinearMatMul",
				ModelBuilder.model()
					.input("x", ElementType.UINT8, "batch", 4)
					.output("y", ElementType.UINT8)
					.reals("s", new long[0], 0.5)
					.constant("w", ElementType.UINT8, square, 1, 2, 3)
					.constant("z", ElementType.UINT8, new long[0], 2)
					.node("QLinearMatMul", "x s z w s z s z", "y"));
		corpus
			.proven("QuantizeLinear",
					floats("batch", 4).reals("s", new long[0], 0.5)
						.constant("z", ElementType.UINT8, new long[0], 128)
						.node("QuantizeLinear", "x s z", "q")
						.node("DequantizeLinear", "q s z", "y"))
			.finite();
		corpus
			.proven("QuantizeLinear per column",
					floats("batch", 4).reals("s", new long[] { 4 }, 0.5, 1, 2)
						.constant("z", ElementType.UINT8, new long[] { 4 }, 128)
						.node("QuantizeLinear", "x s z", "q", "axis", 1)
						.node("DequantizeLinear", "q s z", "y", "axis", 1))
			.finite();
		corpus
			.mixes("DynamicQuantizeLinear",
					floats("batch", 4).node("DynamicQuantizeLinear", "x", "q s z")
						.node("DequantizeLinear", "q s z", "y"))
			.moderate();
		corpus
			.mixes("DynamicQuantizeMatMul",
					floats("batch", 4).constant("w", ElementType.UINT8, square, 1, 2, 3)
						.reals("s", new long[0], 0.5)
						.constant("z", ElementType.UINT8, new long[0], 1)
						.node("com.microsoft:DynamicQuantizeMatMul", "x w s z", "y"))
			.moderate();
		corpus
			.proven("losses of rows",
					floats("batch", 4).input("t", ElementType.INT64, "batch")
						.node("LogSoftmax", "x", "l")
						.node("NegativeLogLikelihoodLoss", "l t", "y", "reduction", "none"))
			.finite();
		corpus
			.mixes("mean loss",
					floats("batch", 4).input("t", ElementType.INT64, "batch")
						.node("SoftmaxCrossEntropyLoss", "x t", "y"))
			.finite();
	}

	private static void einsum(Corpus corpus, boolean proven, String equation) {
		ModelBuilder model = floats("batch", 4).reals("w", new long[] { 4, 4 }, 1, -2, 3, 0.5, 2)
			.node("Einsum", "x w", "y", "equation", equation);
		if (proven) {
			corpus.proven("Einsum " + equation, model);
		}
		else {
			corpus.mixes("Einsum " + equation, model);
		}
	}

}
