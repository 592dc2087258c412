package io.modelserving.model.graph;

import java.util.ArrayList;
import java.util.List;

import io.modelserving.model.graph.ModelGraph.Attribute;

/**
 * Rules of classical machine learning and of texts.
 */
final class Learners {

	private Learners() {
	}

	/**
	 * The rule of operators that make a row of a row of features. One dimension is a
	 * single row to them.
	 * @param outputs the rank of each output
	 */
	static Rule perRow(int... outputs) {
		return (step) -> {
			Traced input = features(step);
			List<Traced> traced = new ArrayList<>();
			for (int rank : outputs) {
				List<SymbolicInt> shape = step.unknownSizes(rank);
				if (input.shape() != null && !input.shape().isEmpty()) {
					shape = (input.shape().size() == 2) ? Spatial.rowsOf(step, input, rank) : shape;
				}
				traced.add(Traced.batched(shape, input.batch()));
			}
			return traced;
		};
	}

	private static Traced features(Step step) {
		Traced input = step.input(0);
		step.requireAt(input, 0);
		if (input.isBatched() && step.shape(input).size() != 2) {
			throw (step.shape(input).size() == 1) ? step.mixes("it takes the batch for the features of one row")
					: step.unknown("its input has more than two dimensions");
		}
		return input;
	}

	/**
	 * The rule of operators that treat each feature, the last dimension, by itself.
	 */
	static Traced perFeature(Step step) {
		Traced input = step.input(0);
		if (input.batch() != null && input.batch().axis() == step.shape(input).size() - 1) {
			throw step.unknown("whether it takes the batch for features is not known");
		}
		return Traced.batched(input.shape(), input.batch());
	}

	/**
	 * The rule of normalization of each row of features.
	 */
	static Traced normalizer(Step step) {
		Traced input = features(step);
		return Traced.batched(input.shape(), input.batch());
	}

	static Traced arrayFeatures(Step step) {
		Traced input = step.input(0);
		step.requireShared(1);
		int last = step.shape(input).size() - 1;
		step.requireApart(input, last, "picks rows of");
		if (input.isBatched()) {
			List<SymbolicInt> shape = new ArrayList<>(step.shape(input));
			shape.set(last, step.unknownSize());
			return Traced.batched(shape, input.batch());
		}
		return Traced.SHARED;
	}

	static Traced featureVector(Step step) {
		List<Traced> inputs = step.inputs();
		BatchAxis batch = Indexing.together(step, inputs);
		for (Traced input : inputs) {
			step.requireAt(input, 0);
			if (input.isBatched() && step.shape(input).size() != 2) {
				throw step.unknown("an input has not two dimensions");
			}
		}
		return Traced.batched((batch != null) ? Spatial.rowsOf(step, inputs.get(0), 2) : null, batch);
	}

	/**
	 * The rule of OneHotEncoder, which adds a dimension to the end.
	 */
	static Traced appended(Step step) {
		Traced input = step.input(0);
		if (input.shape() == null) {
			return Traced.batched(null, input.batch());
		}
		List<SymbolicInt> shape = new ArrayList<>(input.shape());
		Attribute numbers = step.attribute("cats_int64s");
		Attribute texts = step.attribute("cats_strings");
		int size = ((numbers != null) ? numbers.integers().size() : 0) + ((texts != null) ? texts.strings().size() : 0);
		shape.add((size > 0) ? SymbolicInt.of(size) : step.unknownSize());
		return Traced.batched(shape, input.batch());
	}

	/**
	 * The rule of ZipMap: a list with a map for each row.
	 */
	static Traced maps(Step step) {
		Traced input = features(step);
		return Traced.batched(input.isBatched() ? List.of(step.shape(input).get(0)) : null, input.batch());
	}

	/**
	 * The rule of TfIdfVectorizer. It does not see what texts are filled up with, unless
	 * that is one of its terms.
	 */
	static Traced terms(Step step) {
		Traced input = step.padded();
		if (input.padding() == null) {
			return perRow(2).apply(step).get(0);
		}
		Attribute terms = step.attribute("pool_strings");
		if (terms == null || !terms.complete()) {
			throw step.unknown("whether its terms contain what texts are filled up with is not known");
		}
		if (terms.strings().contains(input.padding()) || step.shape(input).size() != 2) {
			step.checked(input);
		}
		return Traced.batched(Spatial.rowsOf(step, input, 2), input.batch());
	}

	/**
	 * The rule of Tokenizer, which fills up all texts to the length of the longest.
	 */
	static Traced tokens(Step step) {
		Traced input = step.input(0);
		step.requireAt(input, 0);
		if (!input.isBatched()) {
			return Traced.SHARED;
		}
		List<SymbolicInt> shape = new ArrayList<>(step.shape(input));
		shape.add(step.symbols().result("tokens", true, SymbolicInt.ROWS));
		return Traced.batched(shape, input.batch()).withPadding(step.text("pad_value", ""));
	}

	static Traced normalizedText(Step step) {
		Traced input = step.input(0);
		if (input.isBatched() && (step.hasAttribute("stopwords") || step.shape(input).size() != 1)) {
			throw step.mixes("how many texts it leaves depends on the texts");
		}
		return input.isBatched() ? input : Traced.SHARED;
	}

	static List<Traced> splitText(Step step) {
		Traced input = step.input(0);
		if (!input.isBatched()) {
			return List.of(Traced.SHARED, Traced.shared(input.shape()));
		}
		return List.of(
				Traced.failed(step.mixes("the text with the most parts decides the size for all").rowIndependence()),
				Traced.batched(input.shape(), input.batch()));
	}

	/**
	 * The rule of operators whose result does not distinguish two rows.
	 */
	static Rule mixing(String reason) {
		return (step) -> {
			for (Traced input : step.inputs()) {
				if (input.isBatched()) {
					throw step.mixes(reason);
				}
			}
			return step.node().outputs().stream().map((name) -> Traced.SHARED).toList();
		};
	}

}
