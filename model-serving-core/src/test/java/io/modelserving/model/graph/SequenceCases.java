package io.modelserving.model.graph;

import static io.modelserving.model.graph.Corpus.floats;
import static io.modelserving.model.graph.Corpus.integers;

/**
 * Models of recurrent networks, attention, branches and loops.
 */
final class SequenceCases {

	private SequenceCases() {
	}

	static void addTo(Corpus corpus) {
		for (String operator : "LSTM GRU RNN".split(" ")) {
			int gates = operator.equals("LSTM") ? 4 : (operator.equals("GRU") ? 3 : 1);
			corpus.proven(operator, recurrent(operator, gates, "m w r")).moderate();
			corpus
				.proven(operator + " with lengths",
						recurrent(operator, gates, "m w r - lengths").input("lengths", ElementType.INT32, "batch"))
				.range(1, 3)
				.size("t", 3)
				.moderate();
			corpus
				.proven(operator + " with a state of zeros",
						recurrent(operator, gates, "m w r - - state").integers("zero", 0)
							.integers("one", 1)
							.integers("hidden", 3)
							.node("Shape", "x", "shape")
							.node("Gather", "shape zero", "rows")
							.node("Concat", "one rows hidden", "size", "axis", 0)
							.node("ConstantOfShape", "size", "state"))
				.moderate();
			corpus
				.mixes(operator + " along rows",
						floats("batch", 1, 4).reals("w", new long[] { 1, gates * 3, 4 }, 0.1, -0.2, 0.3)
							.reals("r", new long[] { 1, gates * 3, 3 }, 0.2, -0.1)
							.node(operator, "x w r", "y", "hidden_size", 3))
				.moderate();
			corpus
				.mixes(operator + " with one state",
						recurrent(operator, gates, "m w r - - state").reals("state", new long[] { 1, 1, 3 }, 0.5))
				.moderate();
		}
		corpus
			.proven("ReverseSequence",
					floats("batch", 4).input("n", ElementType.INT64, "batch")
						.node("ReverseSequence", "x n", "y", "batch_axis", 0, "time_axis", 1))
			.range(1, 4);
		corpus
			.mixes("ReverseSequence of rows",
					floats(1, "batch").integers("n", 2)
						.node("ReverseSequence", "x n", "y", "batch_axis", 0, "time_axis", 1))
			.verdictOnly();
		attention(corpus);
		control(corpus);
	}

	private static ModelBuilder recurrent(String operator, int gates, String inputs) {
		return floats("batch", "t", 4).reals("w", new long[] { 1, gates * 3, 4 }, 0.1, -0.2, 0.3)
			.reals("r", new long[] { 1, gates * 3, 3 }, 0.2, -0.1)
			.node("Transpose", "x", "m", "perm", new long[] { 1, 0, 2 })
			.node(operator, inputs, "all", "hidden_size", 3)
			.node("Transpose", "all", "y", "perm", new long[] { 2, 0, 1, 3 });
	}

	private static void attention(Corpus corpus) {
		corpus
			.proven("attention by hand",
					floats("batch", "t", 4).node("Transpose", "x", "k", "perm", new long[] { 0, 2, 1 })
						.node("MatMul", "x k", "scores")
						.node("Softmax", "scores", "p")
						.node("MatMul", "p x", "y"))
			.moderate();
		corpus
			.mixes("attention between rows",
					floats("batch", 4).node("Transpose", "x", "k")
						.node("MatMul", "x k", "scores")
						.node("Softmax", "scores", "p")
						.node("MatMul", "p x", "y"))
			.moderate();
		corpus.proven("Attention", floats("batch", 2, "t", 4).operatorSet(23).node("Attention", "x x x", "y"))
			.moderate();
		corpus
			.proven("Attention with a mask of rows",
					floats("batch", 2, 3, 4).operatorSet(23)
						.input("m", ElementType.FLOAT, "batch", 1, 3, 3)
						.node("Attention", "x x x m", "y"))
			.moderate();
		corpus
			.proven("RotaryEmbedding",
					floats("batch", 2, "t", 4).operatorSet(23)
						.input("p", ElementType.INT64, "batch", "t")
						.reals("c", new long[] { 4, 2 }, 1, 0.5, 0.2)
						.reals("s", new long[] { 4, 2 }, 0, 0.5, 0.8)
						.node("RotaryEmbedding", "x c s p", "y"))
			.moderate();
		corpus
			.proven("MultiHeadAttention",
					floats("batch", "t", 4).node("com.microsoft:MultiHeadAttention", "x x x", "y", "num_heads", 2))
			.moderate();
		corpus
			.proven("fused Attention",
					floats("batch", "t", 4).reals("w", new long[] { 4, 12 }, 0.1, -0.2, 0.3, 0.15, 0.7)
						.reals("b", new long[] { 12 }, 0.1)
						.node("com.microsoft:Attention", "x w b", "y", "num_heads", 2))
			.moderate();
		corpus.proven("EmbedLayerNormalization",
				ModelBuilder.model()
					.input("x", ElementType.INT32, "batch", "t")
					.output("y", ElementType.FLOAT)
					.reals("w", new long[] { 4, 4 }, 1, 2, 3, 5, 7)
					.reals("p", new long[] { 8, 4 }, 0.1, 0.2, 0.3)
					.reals("g", new long[] { 4 }, 1, 2)
					.node("com.microsoft:EmbedLayerNormalization", "x - w p - g g", "y m"));
	}

	private static void control(Corpus corpus) {
		ModelBuilder negative = branch().node("Neg", "x", "n");
		ModelBuilder positive = branch().node("Identity", "x", "n");
		corpus.proven("If constant", floats("batch", 4).constant("c", ElementType.BOOL, new long[0], 1)
			.node("If", "c", "y", "then_branch", negative, "else_branch", positive));
		corpus.mixes("If by all rows",
				floats("batch", 4).reals("zero", new long[0], 0)
					.node("ReduceMax", "x", "most", "keepdims", 0)
					.node("Greater", "most zero", "c")
					.node("If", "c", "y", "then_branch", negative, "else_branch", positive));
		corpus.mixes("If by the number of rows",
				floats("batch", 4).integer("zero", 0)
					.integer("one", 1)
					.node("Shape", "x", "shape")
					.node("Gather", "shape zero", "rows")
					.node("Equal", "rows one", "c")
					.node("If", "c", "y", "then_branch", negative, "else_branch", positive));
		corpus.proven("If by the length",
				floats("batch", "t").integer("one", 1)
					.node("Shape", "x", "shape")
					.node("Gather", "shape one", "length")
					.node("Equal", "length one", "c")
					.node("If", "c", "y", "then_branch", negative, "else_branch", positive));
		corpus.mixes("If with a branch that mixes",
				floats("batch", "t").integer("one", 1)
					.node("Shape", "x", "shape")
					.node("Gather", "shape one", "length")
					.node("Equal", "length one", "c")
					.node("If", "c", "y", "then_branch", branch().node("CumSum", "x zero", "n").integer("zero", 0),
							"else_branch", branch().node("CumSum", "x zero", "n").integer("zero", 0)));
		ModelBuilder body = ModelBuilder.model()
			.input("i", ElementType.INT64)
			.input("c", ElementType.BOOL)
			.input("s", ElementType.FLOAT, "batch", 4)
			.output("d", ElementType.BOOL)
			.output("n", ElementType.FLOAT)
			.output("o", ElementType.FLOAT)
			.node("Identity", "c", "d")
			.node("Add", "s x", "n")
			.node("Relu", "n", "o");
		corpus.proven("Loop",
				floats("batch", 4).integer("trips", 3)
					.constant("c", ElementType.BOOL, new long[0], 1)
					.output("z", ElementType.FLOAT)
					.node("Loop", "trips c x", "y z", "body", body));
		corpus.mixes("Loop by all rows",
				floats("batch", 4).constant("c", ElementType.BOOL, new long[0], 1)
					.input("k", ElementType.INT64, "batch")
					.node("ReduceMax", "k", "trips", "keepdims", 0)
					.node("Loop", "trips c x", "y z", "body", body));
		ModelBuilder step = ModelBuilder.model()
			.input("s", ElementType.FLOAT, "batch")
			.input("e", ElementType.FLOAT, "batch")
			.output("n", ElementType.FLOAT)
			.output("o", ElementType.FLOAT)
			.node("Add", "s e", "n")
			.node("Tanh", "n", "o");
		corpus.proven("Scan over time",
				floats("batch", 4).input("s", ElementType.FLOAT, "batch")
					.output("z", ElementType.FLOAT)
					.node("Scan", "s x", "z y", "body", step, "num_scan_inputs", 1, "scan_input_axes", new long[] { 1 },
							"scan_output_axes", new long[] { 1 }));
		ModelBuilder sum = ModelBuilder.model()
			.input("s", ElementType.FLOAT, 4)
			.input("e", ElementType.FLOAT, 4)
			.output("n", ElementType.FLOAT)
			.output("o", ElementType.FLOAT)
			.node("Add", "s e", "n")
			.node("Identity", "n", "o");
		corpus.mixes("Scan over rows", floats("batch", 4).reals("s", new long[] { 4 }, 0)
			.node("Scan", "s x", "z y", "body", sum, "num_scan_inputs", 1));
		corpus.unknown("If with branches of another batch axis", floats("batch", "t").integer("one", 1)
			.node("Shape", "x", "shape")
			.node("Gather", "shape one", "length")
			.node("Equal", "length one", "c")
			.node("If", "c", "y", "then_branch", branch().node("Transpose", "x", "n"), "else_branch", positive));
		corpus.proven("lookup and pool",
				integers("batch", "t").reals("table", new long[] { 4, 3 }, 1, 2, 3, 5)
					.node("Gather", "table x", "e")
					.node("ReduceMean", "e", "y", "axes", new long[] { 1 }));
	}

	private static ModelBuilder branch() {
		return ModelBuilder.model().output("n", ElementType.FLOAT);
	}

}
