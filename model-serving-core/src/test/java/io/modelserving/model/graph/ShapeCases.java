package io.modelserving.model.graph;

import static io.modelserving.model.graph.Corpus.floats;

/**
 * Models of operators that change shapes.
 */
final class ShapeCases {

	private ShapeCases() {
	}

	static void addTo(Corpus corpus) {
		corpus.proven("Reshape 0 -1", floats("batch", 2, 3).integers("s", 0, -1).node("Reshape", "x s", "y"));
		corpus.proven("Reshape -1 6", floats("batch", 2, 3).integers("s", -1, 6).node("Reshape", "x s", "y"));
		corpus.mixes("Reshape 1 -1", floats("batch", 2, 3).integers("s", 1, -1).node("Reshape", "x s", "y"));
		corpus.mixes("Reshape -1 2", floats("batch", 2, 3).integers("s", -1, 2).node("Reshape", "x s", "y"));
		corpus.mixes("Reshape 6 -1", floats("batch", 2, 3).integers("s", 6, -1).node("Reshape", "x s", "y"));
		corpus.mixes("Reshape 2 3", floats("batch", 2, 3).integers("s", 2, 3).node("Reshape", "x s", "y"));
		corpus.unknown("Reshape of unknown length",
				floats("batch", "t").integers("s", -1, 2).node("Reshape", "x s", "y"));
		corpus.proven("fold and unfold", folded("Relu").node("Reshape", "z unfold", "y"));
		corpus.mixes("fold and mix", folded("Softmax", "axis", 0).node("Reshape", "z unfold", "y"));
		corpus.mixes("fold and leave", folded("Relu").node("Identity", "z", "y"));
		corpus.unknown("unfold rows into columns",
				folded("Relu").node("Reshape", "z swapped", "w").node("Softmax", "w", "y", "axis", 1));
		corpus.proven("time first folded", timeFirst().node("Reshape", "z unfold", "r")
			.node("Transpose", "r", "y", "perm", new long[] { 1, 0, 2 }));
		corpus.unknown("time first unfolded wrongly", timeFirst().node("Reshape", "z swapped", "y"));
		corpus
			.proven("heads folded into the batch",
					floats("batch", 3, 4).integers("split", 0, -1, 2, 2)
						.integers("fold", -1, 3, 2)
						.integers("unfold", -1, 2, 3, 2)
						.node("Reshape", "x split", "a")
						.node("Transpose", "a", "b", "perm", new long[] { 0, 2, 1, 3 })
						.node("Reshape", "b fold", "c")
						.node("Transpose", "c", "d", "perm", new long[] { 0, 2, 1 })
						.node("MatMul", "c d", "e")
						.node("MatMul", "e c", "f")
						.node("Reshape", "f unfold", "y"))
			.moderate();
		corpus.proven("Flatten", floats("batch", 2, 3).node("Flatten", "x", "y"));
		corpus.proven("Flatten last", floats("batch", 6).node("Flatten", "x", "y", "axis", -1));
		corpus.mixes("Flatten 0", floats("batch", 2, 3).node("Flatten", "x", "y", "axis", 0));
		corpus.mixes("Flatten 2", floats("batch", 2, 3).node("Flatten", "x", "y", "axis", 2));
		corpus.proven("Transpose", floats("batch", 2, 3).node("Transpose", "x", "y", "perm", new long[] { 0, 2, 1 }));
		corpus.proven("Transpose moves",
				floats("batch", 2, 3).node("Transpose", "x", "y", "perm", new long[] { 2, 0, 1 }));
		corpus.mixes("Transpose and Softmax",
				floats("batch", 4).node("Transpose", "x", "a").node("Softmax", "a", "y", "axis", 1));
		corpus.proven("Transpose and Softmax over columns",
				floats("batch", 4).node("Transpose", "x", "a").node("Softmax", "a", "y", "axis", 0));
		corpus.proven("Squeeze", floats("batch", 1, 3).integers("a", 1).node("Squeeze", "x a", "y"));
		corpus.mixes("Squeeze all", floats("batch", 1, 3).node("Squeeze", "x", "y"));
		corpus.mixes("Squeeze rows", floats("batch", 1, 3).integers("a", 0).node("Squeeze", "x a", "y"));
		corpus.proven("Unsqueeze", floats("batch", 3).integers("a", 0, -1).node("Unsqueeze", "x a", "y"));
		corpus.proven("Expand", floats("batch", 1).integers("s", 1, 3).node("Expand", "x s", "y"));
		corpus.proven("Expand rank", floats("batch", 2).integers("s", 3, 1, 1).node("Expand", "x s", "y"));
		corpus.mixes("Expand rows", floats("batch", 3).integers("s", 4, 3).node("Expand", "x s", "y"));
		corpus.proven("Expand to rows",
				rows().reals("c", new long[] { 1, 4 }, 1, 2, 3)
					.integers("four", 4)
					.node("Concat", "rows four", "s", "axis", 0)
					.node("Expand", "c s", "e")
					.node("Add", "x e", "y"));
		corpus.mixes("Expand to two rows",
				rows().node("Concat", "rows rows", "s", "axis", 0)
					.reals("c", new long[] { 1 }, 1)
					.node("Expand", "c s", "y"));
		corpus.proven("Expand with -1 as exporters do",
				rows().reals("c", new long[] { 1, 4 }, 1, 2, 3)
					.integers("minus", -1)
					.integers("two", 2)
					.node("Concat", "rows minus", "s", "axis", 0)
					.node("ConstantOfShape", "two", "zeros")
					.node("Add", "zeros onef", "ones")
					.reals("onef", new long[] { 1 }, 1)
					.node("Cast", "ones", "onesi", "to", 7)
					.node("Mul", "onesi minus", "minuses")
					.node("Equal", "s minuses", "equal")
					.node("Where", "equal onesi s", "t")
					.node("Expand", "c t", "e")
					.node("Mul", "x e", "y"));
		corpus.proven("Tile columns", floats("batch", 3).integers("r", 1, 2).node("Tile", "x r", "y"));
		corpus.mixes("Tile rows", floats("batch", 3).integers("r", 2, 1).node("Tile", "x r", "y"));
		corpus.proven("Tile by rows",
				rows().reals("c", new long[] { 1, 4 }, 1, 2, 3)
					.integers("one", 1)
					.node("Concat", "rows one", "r", "axis", 0)
					.node("Tile", "c r", "e")
					.node("Concat", "x e", "y", "axis", 1));
		corpus.mixes("Tile columns by rows",
				rows().reals("c", new long[] { 1, 1 }, 1)
					.integers("one", 1)
					.node("Concat", "one rows", "r", "axis", 0)
					.node("Tile", "c r", "e")
					.node("Concat", "x e", "y", "axis", 1));
		corpus.proven("ConstantOfShape",
				rows().integers("four", 4)
					.node("Concat", "rows four", "s", "axis", 0)
					.node("ConstantOfShape", "s", "zeros")
					.node("Sub", "zeros x", "y"));
		corpus.proven("ConstantOfShape of all",
				floats("batch", "t").node("Shape", "x", "s")
					.node("ConstantOfShape", "s", "zeros")
					.node("Sub", "zeros x", "y"));
		corpus.mixes("shape as numbers",
				floats("batch", 2).node("Shape", "x", "s").node("Cast", "s", "f", "to", 1).node("Add", "x f", "y"));
		corpus.mixes("EyeLike", floats("batch", 4).node("EyeLike", "x", "e").node("Add", "x e", "y"));
	}

	/** Start a model that folds time into the batch and applies an operator. */
	private static ModelBuilder folded(String operator, Object... attributes) {
		return floats("batch", "t", 4).integers("fold", -1, 4)
			.integers("zero", 0)
			.integers("one", 1)
			.integers("rest", 4)
			.node("Reshape", "x fold", "a")
			.node(operator, "a", "z", attributes)
			.node("Shape", "x", "s")
			.node("Gather", "s zero", "b")
			.node("Gather", "s one", "t")
			.node("Concat", "b t rest", "unfold", "axis", 0)
			.node("Concat", "t b rest", "swapped", "axis", 0);
	}

	/** Start a model that folds the batch into time, as recurrent networks do. */
	private static ModelBuilder timeFirst() {
		return floats("batch", "t", 4).integers("fold", -1, 4)
			.integers("zero", 0)
			.integers("one", 1)
			.integers("rest", -1)
			.node("Transpose", "x", "m", "perm", new long[] { 1, 0, 2 })
			.node("Reshape", "m fold", "a")
			.node("Relu", "a", "z")
			.node("Shape", "x", "s")
			.node("Gather", "s zero", "b")
			.node("Gather", "s one", "t")
			.node("Concat", "t b rest", "unfold", "axis", 0)
			.node("Concat", "b t rest", "swapped", "axis", 0);
	}

	/** Start a model that knows the number of its rows. */
	static ModelBuilder rows() {
		return floats("batch", 4).integers("zero", 0).node("Shape", "x", "shape").node("Gather", "shape zero", "rows");
	}

}
