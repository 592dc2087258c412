package io.modelserving.model.graph;

import static io.modelserving.model.graph.Corpus.floats;

/**
 * Models of operators on pictures and signals, and of normalization.
 */
final class SignalCases {

	private SignalCases() {
	}

	static void addTo(Corpus corpus) {
		long[] kernel = { 2, 2, 3, 3 };
		corpus.proven("Conv",
				picture().reals("w", kernel, 1, -2, 0.5).node("Conv", "x w", "y", "pads", new long[] { 1, 1, 1, 1 }));
		corpus
			.mixes("Conv over rows",
					floats("batch", 4, 4).integers("a", 0)
						.reals("w", new long[] { 1, 3, 3, 3 }, 1, -2)
						.node("Unsqueeze", "x a", "u")
						.node("Conv", "u w", "y"))
			.verdictOnly();
		corpus.proven("ConvTranspose", picture().reals("w", kernel, 1, -2, 0.5)
			.node("ConvTranspose", "x w", "y", "strides", new long[] { 2, 2 }));
		corpus.proven("FusedConv",
				picture().reals("w", kernel, 1, -2, 0.5)
					.reals("b", new long[] { 2 }, 1)
					.node("com.microsoft:FusedConv", "x w b", "y", "activation", "Relu"));
		corpus.proven("MaxPool", picture().node("MaxPool", "x", "y", "kernel_shape", new long[] { 2, 2 })).finite();
		corpus
			.mixes("MaxPool with indices",
					picture().output("i", ElementType.INT64)
						.node("MaxPool", "x", "y i", "kernel_shape", new long[] { 2, 2 }))
			.finite();
		corpus.proven("AveragePool", picture().node("AveragePool", "x", "y", "kernel_shape", new long[] { 2, 2 }));
		corpus.proven("LpPool", picture().node("LpPool", "x", "y", "kernel_shape", new long[] { 2, 2 }));
		for (String operator : "GlobalAveragePool GlobalMaxPool GlobalLpPool".split(" ")) {
			corpus.proven(operator, picture().node(operator, "x", "y")).finite();
		}
		corpus.proven("pool and flatten",
				picture().node("GlobalAveragePool", "x", "p").integers("s", -1, 2).node("Reshape", "p s", "y"));
		corpus.proven("conv and view",
				picture().reals("w", kernel, 1, -2, 0.5)
					.integers("s", -1, 8)
					.node("Conv", "x w", "c")
					.node("Reshape", "c s", "y"));
		corpus.unknown("view of an unknown picture",
				floats("batch", 2, "h", "w").integers("s", -1, 8).node("Relu", "x", "c").node("Reshape", "c s", "y"));
		corpus.proven("DepthToSpace", floats("batch", 4, 2, 2).node("DepthToSpace", "x", "y", "blocksize", 2));
		corpus.proven("SpaceToDepth", picture().node("SpaceToDepth", "x", "y", "blocksize", 2));
		corpus.proven("Resize", picture().reals("s", new long[] { 4 }, 1, 1, 2, 2).node("Resize", "x - s", "y"));
		corpus.mixes("Resize rows", picture().reals("s", new long[] { 4 }, 2, 1, 1, 1).node("Resize", "x - s", "y"));
		corpus.proven("Resize to sizes",
				picture().integers("start", 0)
					.integers("end", 2)
					.integers("to", 3, 5)
					.node("Shape", "x", "shape")
					.node("Slice", "shape start end", "kept")
					.node("Concat", "kept to", "sizes", "axis", 0)
					.node("Resize", "x - - sizes", "y", "mode", "linear"));
		corpus.proven("Upsample",
				picture().operatorSet(9).reals("s", new long[] { 4 }, 1, 1, 2, 2).node("Upsample", "x s", "y"));
		corpus
			.proven("GridSample",
					picture().input("grid", ElementType.FLOAT, "batch", 3, 3, 2).node("GridSample", "x grid", "y"))
			.moderate();
		corpus
			.mixes("GridSample with one grid",
					picture().reals("grid", new long[] { 1, 3, 3, 2 }, 0.1, -0.5).node("GridSample", "x grid", "y"))
			.moderate();
		corpus.proven("Col2Im",
				floats("batch", 8, 4).operatorSet(18)
					.integers("i", 3, 3)
					.integers("k", 2, 2)
					.node("Col2Im", "x i k", "y"));
		corpus
			.mixes("RoiAlign",
					picture().reals("rois", new long[] { 1, 4 }, 0, 0, 3, 3)
						.integers("which", 0)
						.node("RoiAlign", "x rois which", "y"))
			.finite();
		corpus
			.proven("RoiAlign of a constant picture",
					floats("batch", 4).reals("p", new long[] { 1, 1, 4, 4 }, 1, 2, 3, 4, 5)
						.node("ReduceSum", "x a", "z", "keepdims", 0)
						.integers("a", 1)
						.node("Sub", "z z", "n")
						.node("Cast", "n", "which", "to", 7)
						.node("RoiAlign", "p x which", "y"))
			.moderate();
		normalizations(corpus);
		corpus.proven("DFT", floats("batch", 4, 1).node("DFT", "x", "y", "axis", 1)).moderate();
		corpus.mixes("DFT over rows", floats("batch", 4, 1).node("DFT", "x", "y", "axis", 0)).moderate();
		corpus
			.proven("STFT",
					floats("batch", 8).integer("step", 2).reals("w", new long[] { 4 }, 1).node("STFT", "x step w", "y"))
			.moderate();
	}

	private static ModelBuilder picture() {
		return floats("batch", 2, 4, 4);
	}

	private static void normalizations(Corpus corpus) {
		ModelBuilder batch = picture();
		for (String name : "scale bias mean var".split(" ")) {
			batch.reals(name, new long[] { 2 }, 1, 2);
		}
		corpus.proven("BatchNormalization", batch.node("BatchNormalization", "x scale bias mean var", "y"));
		corpus
			.proven("InstanceNormalization",
					picture().reals("s", new long[] { 2 }, 1, 2).node("InstanceNormalization", "x s s", "y"))
			.moderate();
		corpus
			.proven("GroupNormalization",
					picture().operatorSet(21)
						.reals("s", new long[] { 2 }, 1, 2)
						.node("GroupNormalization", "x s s", "y", "num_groups", 1))
			.moderate();
		corpus
			.proven("LayerNormalization",
					floats("batch", "t", 4).reals("s", new long[] { 4 }, 1, 2).node("LayerNormalization", "x s", "y"))
			.moderate();
		corpus
			.mixes("LayerNormalization over rows",
					floats("batch", 1).reals("s", new long[] { 1, 1 }, 2)
						.node("LayerNormalization", "x s", "y", "axis", 0))
			.moderate();
		corpus
			.proven("RMSNormalization",
					floats("batch", 4).operatorSet(23)
						.reals("s", new long[] { 4 }, 1, 2)
						.node("RMSNormalization", "x s", "y"))
			.moderate();
		corpus
			.proven("SimplifiedLayerNormalization",
					floats("batch", 4).reals("s", new long[] { 4 }, 1, 2)
						.node("SimplifiedLayerNormalization", "x s", "y", "axis", -1, "epsilon", 1e-5))
			.moderate();
		corpus
			.proven("SkipLayerNormalization",
					floats("batch", "t", 4).input("z", ElementType.FLOAT, "batch", "t", 4)
						.reals("s", new long[] { 4 }, 1, 2)
						.node("com.microsoft:SkipLayerNormalization", "x z s", "y"))
			.moderate();
		corpus.proven("LRN", picture().node("LRN", "x", "y", "size", 3)).moderate();
		corpus.mixes("MeanVarianceNormalization", picture().node("MeanVarianceNormalization", "x", "y")).moderate();
		corpus
			.proven("MeanVarianceNormalization of rows",
					picture().node("MeanVarianceNormalization", "x", "y", "axes", new long[] { 2, 3 }))
			.moderate();
		corpus.mixes("normalized by the batch",
				floats("batch", 4).node("ReduceMean", "x", "m", "axes", new long[] { 0 })
					.node("Sub", "x m", "d")
					.node("Relu", "d", "y"));
	}

}
