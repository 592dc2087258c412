package io.modelserving.model.graph;

import static io.modelserving.model.graph.Corpus.floats;
import static io.modelserving.model.graph.Corpus.integers;

/**
 * Models of operators that compute element by element.
 */
final class ElementwiseCases {

	private ElementwiseCases() {
	}

	static void addTo(Corpus corpus) {
		for (String operator : """
				Abs Neg Exp Log Sqrt Relu Sigmoid Tanh Erf Floor Ceil Round Sign Reciprocal Sin Cos Tan Asin Acos Atan
				Sinh Cosh Asinh Acosh Atanh Softplus Softsign Elu Selu Celu LeakyRelu HardSigmoid HardSwish
				ThresholdedRelu Shrink Identity Dropout com.microsoft:Gelu com.microsoft:QuickGelu com.microsoft:FastGelu"""
			.split("\\s+")) {
			corpus.proven(operator, floats("batch", 4).node(operator, "x", "y"));
		}
		corpus.proven("Mish", floats("batch", 4).operatorSet(18).node("Mish", "x", "y"));
		corpus.proven("Gelu 20", floats("batch", 4).operatorSet(20).node("Gelu", "x", "y"));
		for (String operator : "Add Sub Mul Div Pow Max Min Mean Sum PRelu".split(" ")) {
			corpus.proven(operator + " vector",
					floats("batch", 4).reals("c", new long[] { 4 }, 1, 2, 0.5).node(operator, "x c", "y"));
			corpus.proven(operator + " inputs",
					floats("batch", 4).input("z", ElementType.FLOAT, "batch", 1).node(operator, "x z", "y"));
			corpus.mixes(operator + " matrix",
					floats("batch", 4).reals("c", new long[] { 3, 4 }, 1, 2, 0.5).node(operator, "x c", "y"));
		}
		corpus.proven("scalar", floats("batch", 4).reals("c", new long[0], 2).node("Add", "x c", "y"));
		corpus.proven("row of one", floats("batch", "t").reals("c", new long[] { 1, 1 }, 2).node("Add", "x c", "y"));
		corpus.mixes("lower rank",
				floats("batch", 3, 4).input("z", ElementType.FLOAT, "batch", 4).node("Add", "x z", "y"));
		corpus.mixes("rows against columns",
				floats("batch", 1).input("z", ElementType.FLOAT, "batch").node("Mul", "x z", "y"));
		corpus.mixes("vector against rows",
				floats("batch").reals("c", new long[] { 3 }, 1, 2, 3).node("Add", "x c", "y"));
		corpus.proven("Clip",
				floats("batch", 4).reals("low", new long[0], -1)
					.reals("high", new long[0], 1)
					.node("Clip", "x low high", "y"));
		corpus.proven("BiasGelu",
				floats("batch", 4).reals("c", new long[] { 4 }, 1, 2).node("com.microsoft:BiasGelu", "x c", "y"));
		corpus.proven("Where",
				floats("batch", 4).reals("zero", new long[0], 0)
					.node("Greater", "x zero", "positive")
					.node("Where", "positive x zero", "y"));
		for (String operator : "Equal Greater Less GreaterOrEqual LessOrEqual".split(" ")) {
			corpus.proven(operator,
					floats("batch", 4).input("z", ElementType.FLOAT, "batch", 4)
						.node(operator, "x z", "b")
						.node("Cast", "b", "y", "to", 1));
		}
		for (String operator : "And Or Xor".split(" ")) {
			corpus.proven(operator,
					floats("batch", 4).reals("zero", new long[0], 0)
						.node("Greater", "x zero", "a")
						.node("IsNaN", "x", "b")
						.node(operator, "a b", "c")
						.node("Not", "c", "d")
						.node("Cast", "d", "y", "to", 1));
		}
		corpus.proven("Cast", floats("batch", 4).node("Cast", "x", "i", "to", 6).node("Cast", "i", "y", "to", 1))
			.moderate();
		corpus.proven("Mod",
				integers("batch", 4).integer("three", 3).node("Mod", "x three", "m").node("Cast", "m", "y", "to", 1));
		corpus.proven("BitShift",
				ModelBuilder.model()
					.input("x", ElementType.UINT8, "batch", 4)
					.output("y", ElementType.UINT8)
					.constant("one", ElementType.UINT8, new long[] { 1 }, 1)
					.node("BitShift", "x one", "y", "direction", "LEFT"));
		counting(corpus);
	}

	/**
	 * Models that compute with the number of rows or the position of a row.
	 */
	private static void counting(Corpus corpus) {
		corpus.mixes("number of rows",
				floats("batch", 4).integer("zero", 0)
					.node("Shape", "x", "shape")
					.node("Gather", "shape zero", "rows")
					.node("Cast", "rows", "n", "to", 1)
					.node("Mul", "x n", "y"));
		corpus.mixes("size of all",
				floats("batch", 4).node("Size", "x", "size")
					.node("Cast", "size", "n", "to", 1)
					.node("Div", "x n", "y"));
		corpus.proven("size of a row",
				floats("batch", "t").integer("one", 1)
					.node("Shape", "x", "shape")
					.node("Gather", "shape one", "length")
					.node("Cast", "length", "n", "to", 1)
					.node("Div", "x n", "y"));
		corpus.mixes("branch by number of rows",
				floats("batch", 4).integer("zero", 0)
					.integer("one", 1)
					.node("Shape", "x", "shape")
					.node("Gather", "shape zero", "rows")
					.node("Equal", "rows one", "alone")
					.node("Neg", "x", "negative")
					.node("Where", "alone x negative", "y"));
		corpus.mixes("position of a row",
				floats("batch", 4).integer("zero", 0)
					.integer("one", 1)
					.integers("last", 1)
					.node("Shape", "x", "shape")
					.node("Gather", "shape zero", "rows")
					.node("Range", "zero rows one", "numbers")
					.node("Unsqueeze", "numbers last", "column")
					.node("Cast", "column", "n", "to", 1)
					.node("Add", "x n", "y"));
		corpus.proven("position in a row",
				floats("batch", "t").integer("zero", 0)
					.integer("one", 1)
					.node("Shape", "x", "shape")
					.node("Gather", "shape one", "length")
					.node("Range", "zero length one", "numbers")
					.node("Cast", "numbers", "n", "to", 1)
					.node("Add", "x n", "y"));
		corpus.mixes("mean of all as a number",
				floats("batch", 4).node("ReduceMean", "x", "mean", "keepdims", 0).node("Sub", "x mean", "y"));
		corpus.unknown("random", floats("batch", 4).node("RandomNormalLike", "x", "n").node("Add", "x n", "y"));
		corpus.unknown("random of a constant shape",
				floats("batch", 4).node("RandomUniform", "", "n", "shape", new long[] { 4 }).node("Add", "x n", "y"));
		corpus.unknown("training",
				floats("batch", 4).constant("on", ElementType.BOOL, new long[0], 1)
					.reals("ratio", new long[0], 0.5)
					.node("Dropout", "x ratio on", "y"));
	}

}
