package io.modelserving.model.graph;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.modelserving.model.graph.Elementwise.Arithmetic;
import org.jspecify.annotations.Nullable;

import static java.util.Map.entry;

/**
 * The batching rule of each operator of ONNX: where the batch is in the outputs if it is
 * in the inputs, or that the operator mixes rows, or that this is not known.
 */
final class BatchRules {

	static final String ONNX = "";

	static final String LEARNING = "ai.onnx.ml";

	private static final Map<String, Map<String, Rule>> RULES = Map.of(ONNX, onnx(), LEARNING, learning(),
			"com.microsoft", FusedRules.rules());

	private static final Set<String> RUNS_WITH_ANY_SIZE = Set.of("Abs", "ArgMax", "ArgMin", "Cast", "Ceil", "CumSum",
			"DynamicQuantizeLinear", "Erf", "Exp", "Flatten", "Floor", "Identity", "IsInf", "IsNaN", "Log",
			"LogSoftmax", "LpNormalization", "Neg", "NonZero", "Not", "Reciprocal", "ReduceL1", "ReduceL2",
			"ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSum",
			"ReduceSumSquare", "Relu", "Round", "Shape", "Sigmoid", "Sign", "Size", "Softmax", "Sqrt", "Tanh",
			"Transpose", "Unique", "Unsqueeze");

	private BatchRules() {
	}

	/**
	 * Return the rule of an operator.
	 * @param domain its domain
	 * @param operator its name
	 * @return the rule, or {@code null} if the operator is not known
	 */
	static @Nullable Rule of(String domain, String operator) {
		return RULES.getOrDefault(domain, Map.of()).get(operator);
	}

	static Set<String> operators(String domain) {
		return RULES.getOrDefault(domain, Map.of()).keySet();
	}

	static void put(Map<String, Rule> rules, Rule rule, String... operators) {
		for (String operator : operators) {
			rules.put(operator, rule);
		}
	}

	private static Map<String, Rule> onnx() {
		Map<String, Rule> rules = new HashMap<>();
		elementwise(rules);
		shapes(rules);
		elements(rules);
		dimensions(rules);
		products(rules);
		signals(rules);
		normalizations(rules);
		Rule random = new Stated("its values are drawn at random");
		Rule onePerBatch = Learners.mixing("it makes one result of all rows of the batch");
		put(rules, Recurrent.layer(5, 6), "LSTM");
		put(rules, Recurrent.layer(5), "GRU", "RNN");
		put(rules, Recurrent::attention, "Attention");
		put(rules, Rule.one(Recurrent::rotary), "RotaryEmbedding");
		put(rules, ControlFlow::branch, "If");
		put(rules, ControlFlow::loop, "Loop");
		put(rules, ControlFlow::scan, "Scan");
		put(rules, Rule.one(Sequences::construct), "SequenceConstruct", "SequenceEmpty");
		put(rules, Rule.one(Sequences::at), "SequenceAt");
		put(rules, Rule.one(Sequences::insert), "SequenceInsert");
		put(rules, Rule.one(Sequences::erase), "SequenceErase");
		put(rules, Rule.one(Sequences::length), "SequenceLength");
		put(rules, Rule.one(Sequences::split), "SplitToSequence");
		put(rules, Rule.one(Sequences::concat), "ConcatFromSequence");
		put(rules, new Stated("its graph runs once for each item of a sequence"), "SequenceMap");
		put(rules, Rule.one(Sequences::same), "Optional", "OptionalGetElement");
		put(rules, Rule.one(Sequences::isPresent), "OptionalHasElement");
		put(rules, Rule.one(Elementwise::first), "RegexFullMatch");
		put(rules, Rule.one(Elementwise::all), "StringConcat");
		put(rules, Rule.one(Learners::normalizedText), "StringNormalizer");
		put(rules, Learners::splitText, "StringSplit");
		put(rules, Rule.one(Learners::terms), "TfIdfVectorizer");
		put(rules, onePerBatch, "ImageDecoder", "BlackmanWindow", "HammingWindow", "HannWindow", "MelWeightMatrix");
		put(rules, random, "Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform",
				"RandomUniformLike");
		return Map.copyOf(rules);
	}

	private static void elementwise(Map<String, Rule> rules) {
		put(rules, Rule.one(Elementwise::first), "Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "BitwiseNot",
				"BitCast", "Celu", "Clip", "Cos", "Cosh", "Elu", "Erf", "Exp", "Gelu", "HardSigmoid", "HardSwish",
				"IsInf", "IsNaN", "LeakyRelu", "Log", "Mish", "Relu", "Selu", "Shrink", "Sigmoid", "Sign", "Sin",
				"Sinh", "Softplus", "Softsign", "Swish", "Tan", "Tanh", "ThresholdedRelu");
		put(rules, Rule.one(Elementwise::all), "BitShift", "BitwiseAnd", "BitwiseOr", "BitwiseXor", "Mean", "PRelu",
				"Sum");
		Map<String, Arithmetic> followed = Map.ofEntries(entry("Abs", Arithmetics.absolute()),
				entry("Neg", Arithmetics.negative()), entry("Sub", Arithmetics.minus()),
				entry("Div", Arithmetics.over()), entry("Max", Arithmetics.extreme(true)),
				entry("Min", Arithmetics.extreme(false)), entry("Equal", Arithmetics.equal()),
				entry("Greater", Arithmetics.ordered(1, false)), entry("GreaterOrEqual", Arithmetics.ordered(1, true)),
				entry("Less", Arithmetics.ordered(-1, false)), entry("LessOrEqual", Arithmetics.ordered(-1, true)),
				entry("Where", Arithmetics.chosen()));
		followed.forEach((operator, arithmetic) -> put(rules, Elementwise.arithmetic(arithmetic), operator));
		for (String operator : List.of("Ceil", "Floor", "Round")) {
			put(rules, Elementwise.arithmetic(Arithmetics.rounded(operator)), operator);
		}
		for (String operator : List.of("Not", "And", "Or", "Xor")) {
			put(rules, Elementwise.arithmetic(Arithmetics.logical(operator)), operator);
		}
		for (String operator : List.of("Pow", "Reciprocal", "Sqrt")) {
			put(rules, Elementwise.arithmetic(Arithmetics.opaque(operator)), operator);
		}
		put(rules, Arithmetics::add, "Add");
		put(rules, Arithmetics::multiply, "Mul");
		put(rules, Arithmetics::modulo, "Mod");
		put(rules, Rule.one(Filling::cast), "Cast");
		put(rules, Rule.one(Filling::castLike), "CastLike");
		put(rules, Rule.one(Sequences::same), "Identity");
		put(rules, Filling::dropout, "Dropout");
	}

	private static void shapes(Map<String, Rule> rules) {
		put(rules, Rule.one(Shapes::shape), "Shape");
		put(rules, Rule.one(Shapes::size), "Size");
		put(rules, Rule.one(Shapes::reshape), "Reshape");
		put(rules, Rule.one(Shapes::flatten), "Flatten");
		put(rules, Rule.one(Shapes::transpose), "Transpose");
		put(rules, Rule.one(Shapes::squeeze), "Squeeze");
		put(rules, Rule.one(Shapes::unsqueeze), "Unsqueeze");
		put(rules, Rule.one(Filling::constant), "Constant");
		put(rules, Rule.one(Filling::constantOfShape), "ConstantOfShape");
		put(rules, Rule.one(Filling::range), "Range");
		put(rules, Rule.one(Filling::expand), "Expand");
		put(rules, Rule.one(Filling::tile), "Tile");
		put(rules, Learners.mixing("it writes along the diagonal, and so by the position of a row in the batch"),
				"EyeLike");
	}

	private static void elements(Map<String, Rule> rules) {
		put(rules, Rule.one(Indexing::gather), "Gather");
		put(rules, Rule.one(Indexing::gatherElements), "GatherElements");
		put(rules, Rule.one(Indexing::gatherNd), "GatherND");
		put(rules, Rule.one(Indexing::scatterElements), "Scatter", "ScatterElements");
		put(rules, Rule.one(Indexing::scatterNd), "ScatterND");
		put(rules, Rule.one(Indexing::allFirst), "TensorScatter");
		put(rules, Rule.one(Indexing::oneHot), "OneHot");
		put(rules, Rule.one(Indexing::compress), "Compress");
		put(rules, Rule.one(Indexing::reverseSequence), "ReverseSequence");
		put(rules, Rule.one(Indexing::nonZero), "NonZero");
		put(rules, Learners.mixing("how many elements it gives depends on all rows of the batch"), "Unique",
				"NonMaxSuppression");
		put(rules, Rule.one(Cutting::slice), "Slice");
		put(rules, Rule.one((step) -> Cutting.concat(step)), "Concat");
		put(rules, Cutting::split, "Split");
		put(rules, Rule.one(Cutting::pad), "Pad");
		put(rules, Rule.one(Cutting::centerCropPad), "CenterCropPad");
	}

	private static void dimensions(Map<String, Rule> rules) {
		put(rules, Rule.one(Reductions::reduce), "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp",
				"ReduceMean", "ReduceSumSquare");
		put(rules, Reductions.following(Symbols::product), "ReduceProd");
		put(rules, Reductions.following(Symbols::sum), "ReduceSum");
		put(rules, Reductions.following((symbols, a, b) -> Arithmetics.extreme(true).apply(symbols, List.of(a, b))),
				"ReduceMax");
		put(rules, Reductions.following((symbols, a, b) -> Arithmetics.extreme(false).apply(symbols, List.of(a, b))),
				"ReduceMin");
		put(rules, Rule.one(Reductions::index), "ArgMax", "ArgMin");
		put(rules, Rule.one(Reductions::softmax), "Softmax", "LogSoftmax", "Hardmax");
		put(rules, Reductions.along(-1), "LpNormalization");
		put(rules, Rule.one(Reductions::running), "CumSum", "CumProd");
		put(rules, Reductions::topK, "TopK");
		put(rules, Reductions.last(2), "Trilu");
		put(rules, Rule.one(Reductions::determinant), "Det");
		put(rules, Rule.one(Reductions::fourier), "DFT");
	}

	private static void products(Map<String, Rule> rules) {
		put(rules, Rule.one(Products::matMul), "MatMul");
		put(rules, Rule.one(Products::gemm), "Gemm");
		put(rules, Rule.one(Products::einsum), "Einsum");
		put(rules, Products.quantized(1, 2), "MatMulInteger");
		put(rules, Products.quantized(3, 1, 2, 6, 7), "QLinearMatMul");
	}

	private static void signals(Map<String, Rule> rules) {
		put(rules, Spatial.convolution(1), "Conv", "ConvInteger");
		put(rules, Spatial.convolution(3), "QLinearConv");
		put(rules, Rule.one(Spatial::transposedConvolution), "ConvTranspose");
		put(rules, Rule.one(Spatial::deformable), "DeformConv");
		put(rules, Spatial::pool, "AveragePool", "LpPool", "MaxPool");
		put(rules, Rule.one(Spatial::globalPool), "GlobalAveragePool", "GlobalLpPool", "GlobalMaxPool");
		put(rules, Learners.mixing("its indices number elements across all rows of the batch"), "MaxUnpool");
		put(rules, Rule.one((step) -> Spatial.blocks(step, true)), "SpaceToDepth");
		put(rules, Rule.one((step) -> Spatial.blocks(step, false)), "DepthToSpace");
		put(rules, Rule.one(Spatial::columnsToImage), "Col2Im");
		put(rules, Rule.one(Spatial::resize), "Resize");
		put(rules, Rule.one(Spatial::upsample), "Upsample");
		put(rules, Rule.one(Spatial::paired), "GridSample");
		put(rules, Rule.one(Spatial::affineGrid), "AffineGrid");
		put(rules, Rule.one(Spatial::regions), "MaxRoiPool", "RoiAlign");
		put(rules, Recurrent.rowsFirst(List.of(1, 2, 3), List.of(), 4), "STFT");
	}

	private static void normalizations(Map<String, Rule> rules) {
		put(rules, Normalizations::batchNormalization, "BatchNormalization");
		put(rules, Rule.one(Normalizations::perRow), "InstanceNormalization", "GroupNormalization");
		put(rules, Normalizations::layer, "LayerNormalization", "RMSNormalization", "SimplifiedLayerNormalization");
		put(rules, Rule.one(Normalizations::meanVariance), "MeanVarianceNormalization");
		put(rules, Rule.one(Normalizations::local), "LRN");
		put(rules, Rule.one(Normalizations::quantize), "QuantizeLinear", "DequantizeLinear");
		put(rules, Normalizations::dynamicQuantize, "DynamicQuantizeLinear");
		put(rules, Normalizations::loss, "NegativeLogLikelihoodLoss", "SoftmaxCrossEntropyLoss");
	}

	private static Map<String, Rule> learning() {
		Map<String, Rule> rules = new HashMap<>();
		put(rules, Rule.one(Learners::arrayFeatures), "ArrayFeatureExtractor");
		put(rules, Rule.one(Elementwise::first), "Binarizer", "CategoryMapper", "LabelEncoder");
		put(rules, Rule.one(Learners::perFeature), "Imputer", "Scaler");
		put(rules, Rule.one(Learners::normalizer), "Normalizer");
		put(rules, Rule.one(Learners::featureVector), "FeatureVectorizer");
		put(rules, Rule.one(Learners::appended), "OneHotEncoder");
		put(rules, Learners.perRow(1, 2), "LinearClassifier", "SVMClassifier", "TreeEnsembleClassifier");
		put(rules, Learners.perRow(2), "LinearRegressor", "SVMRegressor", "TreeEnsemble", "TreeEnsembleRegressor");
		put(rules, Rule.one(Learners::maps), "ZipMap");
		put(rules, new Stated("it takes a map, which has no rows"), "CastMap", "DictVectorizer");
		return Map.copyOf(rules);
	}

	/**
	 * Return whether a node of an operator runs whatever the sizes of its inputs are.
	 */
	static boolean runsWithAnySize(String domain, String operator) {
		return domain.equals(ONNX) && RUNS_WITH_ANY_SIZE.contains(operator);
	}

	/**
	 * Return whether an operator gives the same for the same inputs, as far as is known.
	 */
	static boolean isFunctionOfInputs(Rule rule) {
		return !(rule instanceof Stated);
	}

	/**
	 * The rule of operators of which it is not known whether they mix rows.
	 *
	 * @param reason why
	 */
	record Stated(String reason) implements Rule {

		@Override
		public List<Traced> apply(Step step) {
			throw step.unknown(this.reason);
		}

	}

}
