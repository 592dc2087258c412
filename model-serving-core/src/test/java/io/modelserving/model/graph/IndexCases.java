package io.modelserving.model.graph;

import static io.modelserving.model.graph.Corpus.floats;
import static io.modelserving.model.graph.Corpus.integers;

/**
 * Models of operators that pick, cut and join.
 */
final class IndexCases {

	private static final long[] TABLE = { 4, 3 };

	private IndexCases() {
	}

	static void addTo(Corpus corpus) {
		corpus.proven("Gather table",
				integers("batch", "t").reals("table", TABLE, 1, 2, 3, 5).node("Gather", "table x", "y"));
		corpus.proven("Gather column", floats("batch", 4).integers("i", 2, 0).node("Gather", "x i", "y", "axis", 1));
		corpus.proven("Gather scalar", floats("batch", 4, 2).integer("i", -1).node("Gather", "x i", "y", "axis", 1));
		corpus.mixes("Gather first row", floats("batch", 4).integers("i", 0).node("Gather", "x i", "y"));
		corpus
			.mixes("Gather rows",
					integers("batch").reals("table", TABLE, 1, 2, 3, 5)
						.node("Gather", "table x", "rows")
						.node("Gather", "rows x", "y"))
			.range(-1, 0);
		corpus
			.proven("Gather by row",
					byRow(floats("batch", 4)).integers("at", 1)
						.node("ArgMax", "x", "best", "axis", 1, "keepdims", 0)
						.integer("four", 4)
						.node("Mul", "numbers four", "starts")
						.node("Add", "starts best", "flat")
						.integers("all", -1)
						.node("Reshape", "x all", "elements")
						.node("Gather", "elements flat", "y"))
			.finite();
		corpus.mixes("Gather by row with another stride",
				byRow(floats("batch", 4)).integer("three", 3)
					.node("Mul", "numbers three", "flat")
					.integers("all", -1)
					.node("Reshape", "x all", "elements")
					.node("Gather", "elements flat", "y"));
		corpus.mixes("Gather by row below zero",
				byRow(floats("batch", 4)).integer("four", 4)
					.integer("minus", -1)
					.node("Mul", "numbers four", "starts")
					.node("Add", "starts minus", "flat")
					.integers("all", -1)
					.node("Reshape", "x all", "elements")
					.node("Gather", "elements flat", "y"));
		corpus.mixes("Gather table by row",
				byRow(floats("batch", 4)).reals("table", new long[] { 9, 4 }, 1, 2, 3)
					.node("Gather", "table numbers", "e")
					.node("Add", "x e", "y"));
		corpus
			.proven("GatherND by row",
					byRow(floats("batch", 4)).integers("last", -1)
						.node("ArgMax", "x", "best", "axis", 1, "keepdims", 0)
						.node("Unsqueeze", "numbers last", "a")
						.node("Unsqueeze", "best last", "b")
						.node("Concat", "a b", "i", "axis", -1)
						.node("GatherND", "x i", "y"))
			.finite();
		corpus
			.mixes("GatherND by row, the other way round",
					byRow(floats("batch", 4)).integers("last", -1)
						.node("ArgMax", "x", "best", "axis", 1, "keepdims", 0)
						.node("Unsqueeze", "numbers last", "a")
						.node("Unsqueeze", "best last", "b")
						.node("Concat", "b a", "i", "axis", -1)
						.node("GatherND", "x i", "y"))
			.finite();
		corpus.proven("GatherND in batches", floats("batch", 4).input("i", ElementType.INT64, "batch", 1)
			.node("GatherND", "x i", "y", "batch_dims", 1));
		corpus.mixes("GatherND of rows", floats("batch", 4).constant("i", ElementType.INT64, new long[] { 1, 1 }, 0)
			.node("GatherND", "x i", "y"));
		corpus.proven("GatherElements", floats("batch", 4).input("i", ElementType.INT64, "batch", 2)
			.node("GatherElements", "x i", "y", "axis", 1));
		corpus
			.mixes("GatherElements of rows",
					floats("batch", 4).input("i", ElementType.INT64, "batch", 4)
						.node("GatherElements", "x i", "y", "axis", 0))
			.range(0, 0);
		corpus.mixes("GatherElements of one row",
				floats("batch", 4).constant("i", ElementType.INT64, new long[] { 1, 2 }, 1, 3)
					.node("GatherElements", "x i", "y", "axis", 1));
		corpus.proven("ScatterElements",
				floats("batch", 4).input("i", ElementType.INT64, "batch", 1)
					.input("u", ElementType.FLOAT, "batch", 1)
					.node("ScatterElements", "x i u", "y", "axis", 1));
		corpus
			.proven("ScatterND by row",
					byRow(floats("batch", 4)).integers("last", -1)
						.node("ArgMax", "x", "best", "axis", 1, "keepdims", 0)
						.node("ReduceSum", "x one", "sum", "keepdims", 0)
						.integers("one", 1)
						.node("Unsqueeze", "numbers last", "a")
						.node("Unsqueeze", "best last", "b")
						.node("Concat", "a b", "i", "axis", -1)
						.node("ScatterND", "x i sum", "y"))
			.moderate();
		corpus.mixes("ScatterND into a table",
				integers("batch", 1).reals("table", TABLE, 0)
					.integers("three", 3)
					.node("Cast", "x", "f", "to", 1)
					.node("Concat", "f f f", "u", "axis", 1)
					.node("ScatterND", "table x u", "y"));
		corpus.proven("OneHot",
				integers("batch").integers("depth", 5)
					.reals("values", new long[] { 2 }, 0, 1)
					.node("OneHot", "x depth values", "y"));
		corpus.proven("OneHot in front",
				integers("batch").integers("depth", 5)
					.reals("values", new long[] { 2 }, 0, 1)
					.node("OneHot", "x depth values", "y", "axis", 0));
		cutting(corpus);
		corpus.proven("Compress columns", floats("batch", 4).constant("c", ElementType.BOOL, new long[] { 4 }, 1, 0)
			.node("Compress", "x c", "y", "axis", 1));
		corpus.mixes("Compress all", floats("batch", 4).constant("c", ElementType.BOOL, new long[] { 4 }, 1, 0)
			.node("Compress", "x c", "y"));
		corpus.mixes("NonZero", floats("batch", 4).node("NonZero", "x", "i").node("Cast", "i", "y", "to", 1));
		corpus.mixes("Unique", floats("batch", 4).node("Unique", "x", "y")).finite();
		corpus.mixes("length regulator",
				floats("batch", 4).reals("zero", new long[0], 0)
					.integer("first", 0)
					.node("Greater", "x zero", "m")
					.node("NonZero", "m", "i")
					.node("Gather", "i first", "r")
					.node("Gather", "x r", "y"));
	}

	private static void cutting(Corpus corpus) {
		corpus.proven("Slice columns", sliced(1, 1, 3, 1));
		corpus.proven("Slice columns backwards", sliced(1, -1, -5, -1));
		corpus.proven("Slice no rows away", sliced(0, 0, Integer.MAX_VALUE, 1));
		corpus.mixes("Slice first row", sliced(0, 0, 1, 1));
		corpus.mixes("Slice last row", sliced(0, -1, Integer.MAX_VALUE, 1));
		corpus.mixes("Slice rows backwards", sliced(0, -1, -9, -1));
		corpus.mixes("Slice every other row", sliced(0, 0, Integer.MAX_VALUE, 2));
		corpus.proven("Slice to the number of rows",
				ShapeCases.rows().integers("start", 0).integers("axis", 0).node("Slice", "x start rows axis", "y"));
		corpus.mixes("Slice columns by the number of rows",
				ShapeCases.rows().integers("start", 0).integers("axis", 1).node("Slice", "x start rows axis", "y"));
		corpus.proven("Concat columns",
				floats("batch", 4).input("z", ElementType.FLOAT, "batch", 2).node("Concat", "x z", "y", "axis", 1));
		corpus.mixes("Concat rows",
				floats("batch", 4).input("z", ElementType.FLOAT, "batch", 4).node("Concat", "x z", "y", "axis", 0));
		corpus.mixes("Concat constant",
				floats("batch", 4).reals("c", new long[] { 1, 1 }, 7).node("Concat", "x c", "y", "axis", 1));
		corpus.proven("Split", floats("batch", 4).node("Split", "x", "a b", "axis", 1).node("Sub", "b a", "y"));
		corpus.proven("Split sizes",
				floats("batch", 4).integers("s", 1, 3).node("Split", "x s", "a b", "axis", 1).node("Mul", "b a", "y"));
		corpus.mixes("Split rows", floats("batch", 4).node("Split", "x", "y z", "axis", 0)).verdictOnly();
		corpus.proven("Pad columns", floats("batch", 4).integers("p", 0, 1, 0, 2).node("Pad", "x p", "y"));
		corpus.proven("Pad columns by reflection",
				floats("batch", 4).integers("p", 0, 1, 0, 2).node("Pad", "x p", "y", "mode", "reflect"));
		corpus.mixes("Pad rows", floats("batch", 4).integers("p", 0, 0, 1, 0).node("Pad", "x p", "y"));
		corpus.mixes("Cut rows by negative padding",
				floats("batch", 4).integers("p", 0, 0, -1, 0).node("Pad", "x p", "y"));
		corpus.proven("CenterCropPad",
				floats("batch", 4, 3).operatorSet(18)
					.integers("s", 2)
					.node("CenterCropPad", "x s", "y", "axes", new long[] { 1 }));
		corpus.proven("SplitToSequence",
				floats("batch", 4).node("SplitToSequence", "x", "q", "axis", 1)
					.integer("one", 1)
					.node("SequenceAt", "q one", "y"));
		corpus.proven("ConcatFromSequence",
				floats("batch", 4).node("Neg", "x", "z")
					.node("SequenceConstruct", "x z", "q")
					.node("ConcatFromSequence", "q", "y", "axis", 1));
		corpus.proven("ConcatFromSequence on a new axis",
				floats("batch", 4).node("Neg", "x", "z")
					.node("SequenceConstruct", "x z", "q")
					.node("ConcatFromSequence", "q", "y", "axis", 0, "new_axis", 1));
		corpus.mixes("SplitToSequence of rows",
				floats("batch", 4).node("SplitToSequence", "x", "q", "axis", 0)
					.integer("zero", 0)
					.node("SequenceAt", "q zero", "y"));
	}

	private static ModelBuilder sliced(long axis, long start, long end, long step) {
		return floats("batch", 4).integers("s", start)
			.integers("e", end)
			.integers("a", axis)
			.integers("k", step)
			.node("Slice", "x s e a k", "y");
	}

	/** Add the numbers of the rows, as arange(batch) makes them. */
	private static ModelBuilder byRow(ModelBuilder model) {
		return model.integer("zero", 0)
			.integer("step", 1)
			.node("Shape", "x", "shape")
			.node("Gather", "shape zero", "rows")
			.node("Range", "zero rows step", "numbers");
	}

}
