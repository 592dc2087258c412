package io.modelserving.model.graph;

import static io.modelserving.model.graph.Corpus.floats;

/**
 * Models of classical machine learning and of texts.
 */
final class LearningCases {

	private LearningCases() {
	}

	static void addTo(Corpus corpus) {
		double[] weights = { 0.1, -0.2, 0.3, 0.4, -0.5, 0.6 };
		corpus.proven("Scaler", floats("batch", 3).node("ai.onnx.ml:Scaler", "x", "y", "offset",
				new double[] { 1, 2, 3 }, "scale", new double[] { 2, 3, 4 }));
		for (String norm : "L1 L2 MAX".split(" ")) {
			corpus
				.proven("Normalizer " + norm, floats("batch", 3).node("ai.onnx.ml:Normalizer", "x", "y", "norm", norm))
				.moderate();
		}
		corpus
			.mixes("Normalizer of single numbers",
					floats("batch").node("ai.onnx.ml:Normalizer", "x", "y", "norm", "L1"))
			.moderate();
		corpus.proven("Imputer", floats("batch", 3).node("ai.onnx.ml:Imputer", "x", "y", "imputed_value_floats",
				new double[] { 1, 2, 3 }, "replaced_value_float", 0.0));
		corpus.proven("Binarizer", floats("batch", 3).node("ai.onnx.ml:Binarizer", "x", "y", "threshold", 0.5))
			.finite();
		corpus.proven("ArrayFeatureExtractor",
				floats("batch", 3).integers("i", 2, 0).node("ai.onnx.ml:ArrayFeatureExtractor", "x i", "y"));
		corpus.mixes("ArrayFeatureExtractor of single numbers",
				floats("batch").integers("i", 0).node("ai.onnx.ml:ArrayFeatureExtractor", "x i", "y"));
		corpus.proven("FeatureVectorizer", floats("batch", 3).input("z", ElementType.FLOAT, "batch", 2)
			.node("ai.onnx.ml:FeatureVectorizer", "x z", "y", "inputdimensions", new long[] { 3, 2 }));
		corpus
			.proven("LinearRegressor",
					floats("batch", 3).node("ai.onnx.ml:LinearRegressor", "x", "y", "coefficients", weights,
							"intercepts", new double[] { 1, 2 }, "targets", 2))
			.moderate();
		corpus
			.proven("LinearClassifier",
					floats("batch", 3).output("l", ElementType.INT64)
						.node("ai.onnx.ml:LinearClassifier", "x", "l y", "coefficients", weights, "intercepts",
								new double[] { 0.1, 0.2 }, "classlabels_ints", new long[] { 0, 1 }, "multi_class", 1,
								"post_transform", "SOFTMAX"))
			.moderate();
		corpus.proven("SVMRegressor",
				floats("batch", 3).node("ai.onnx.ml:SVMRegressor", "x", "y", "kernel_type", "RBF", "kernel_params",
						new double[] { 0.5, 0, 3 }, "coefficients", new double[] { 1, -1 }, "support_vectors", weights,
						"n_supports", 2, "rho", new double[] { 0.1 }))
			.moderate();
		corpus.proven("TreeEnsembleRegressor", trees(floats("batch", 3), "x"));
		corpus.proven("trees over a scaled column", trees(floats("batch", 3).node("ai.onnx.ml:Scaler", "x", "z",
				"offset", new double[] { 0.1 }, "scale", new double[] { 2 }), "z"));
		corpus.proven("LabelEncoder",
				texts("batch", 2)
					.node("ai.onnx.ml:LabelEncoder", "x", "n", "keys_strings", new String[] { "a", "b" },
							"values_int64s", new long[] { 1, 2 }, "default_int64", 7)
					.node("Cast", "n", "y", "to", 1));
		corpus.proven("OneHotEncoder",
				texts("batch", 1)
					.node("ai.onnx.ml:OneHotEncoder", "x", "n", "cats_strings", new String[] { "a", "b" }, "zeros", 1)
					.integers("s", -1, 2)
					.node("Reshape", "n s", "y"));
		corpus.proven("TfIdfVectorizer",
				texts("batch", 3).node("TfIdfVectorizer", "x", "y", "mode", "TF", "min_gram_length", 1,
						"max_gram_length", 2, "max_skip_count", 0, "ngram_counts", new long[] { 0, 2 }, "ngram_indexes",
						new long[] { 0, 1, 2 }, "pool_strings", new String[] { "a", "b", "a", "b" }));
		corpus.mixes("TfIdfVectorizer of the batch",
				texts("batch").node("TfIdfVectorizer", "x", "y", "mode", "TF", "min_gram_length", 1, "max_gram_length",
						1, "max_skip_count", 0, "ngram_counts", new long[] { 0 }, "ngram_indexes", new long[] { 0, 1 },
						"pool_strings", new String[] { "a", "b" }));
		corpus.mixes("Tokenizer", tokens());
		corpus.proven("Tokenizer and TfIdfVectorizer", tokens("#", "a", "b").output("y", ElementType.FLOAT));
		corpus.mixes("terms that contain the padding", tokens("a", "a", "b").output("y", ElementType.FLOAT));
		corpus.proven("RegexFullMatch",
				texts("batch", 2).operatorSet(20)
					.node("RegexFullMatch", "x", "m", "pattern", "a.*")
					.node("Cast", "m", "y", "to", 1));
		corpus.proven("StringConcat",
				strings("batch", 2).operatorSet(20).texts("c", "!", "?").node("StringConcat", "x c", "y"));
		corpus.mixes("StringSplit", strings("batch").operatorSet(20).node("StringSplit", "x", "y n"));
		corpus.proven("StringSplit counts",
				ModelBuilder.model()
					.input("x", ElementType.STRING, "batch")
					.output("n", ElementType.INT64)
					.operatorSet(20)
					.node("StringSplit", "x", "y n"));
		corpus.proven("StringNormalizer",
				strings("batch").node("StringNormalizer", "x", "y", "case_change_action", "UPPER", "locale", "C"));
		corpus.mixes("StringNormalizer with stopwords", strings("batch").node("StringNormalizer", "x", "y",
				"case_change_action", "NONE", "is_case_sensitive", 1, "stopwords", new String[] { "a" }));
	}

	private static ModelBuilder texts(Object... dimensions) {
		return ModelBuilder.model().input("x", ElementType.STRING, dimensions).output("y", ElementType.FLOAT);
	}

	private static ModelBuilder strings(Object... dimensions) {
		return ModelBuilder.model().input("x", ElementType.STRING, dimensions).output("y", ElementType.STRING);
	}

	private static ModelBuilder tokens() {
		return ModelBuilder.model()
			.input("x", ElementType.STRING, "batch")
			.output("t", ElementType.STRING)
			.node("com.microsoft:Tokenizer", "x", "t", "mark", 0, "mincharnum", 1, "pad_value", "#", "tokenexp",
					"[a-z]+");
	}

	private static ModelBuilder tokens(String padding, String... terms) {
		return ModelBuilder.model()
			.input("x", ElementType.STRING, "batch", 1)
			.node("com.microsoft:Tokenizer", "x", "t", "mark", 0, "mincharnum", 1, "pad_value", padding, "tokenexp",
					"[a-z]+")
			.node("Flatten", "t", "f")
			.node("TfIdfVectorizer", "f", "y", "mode", "TF", "min_gram_length", 1, "max_gram_length", 1,
					"max_skip_count", 0, "ngram_counts", new long[] { 0 }, "ngram_indexes", new long[] { 0, 1 },
					"pool_strings", terms);
	}

	private static ModelBuilder trees(ModelBuilder model, String input) {
		return model.node("ai.onnx.ml:TreeEnsembleRegressor", input, "y", "n_targets", 1, "nodes_treeids",
				new long[] { 0, 0, 0 }, "nodes_nodeids", new long[] { 0, 1, 2 }, "nodes_featureids",
				new long[] { 1, 0, 0 }, "nodes_modes", new String[] { "BRANCH_LEQ", "LEAF", "LEAF" }, "nodes_values",
				new double[] { 0.5, 0, 0 }, "nodes_truenodeids", new long[] { 1, 0, 0 }, "nodes_falsenodeids",
				new long[] { 2, 0, 0 }, "target_treeids", new long[] { 0, 0 }, "target_nodeids", new long[] { 1, 2 },
				"target_ids", new long[] { 0, 0 }, "target_weights", new double[] { 1.5, -2 });
	}

}
