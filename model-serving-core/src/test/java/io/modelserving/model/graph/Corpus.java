package io.modelserving.model.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Small models, each with what the analysis has to say of it.
 */
final class Corpus {

	private final List<Case> cases = new ArrayList<>();

	static List<Case> cases() {
		Corpus corpus = new Corpus();
		ElementwiseCases.addTo(corpus);
		ShapeCases.addTo(corpus);
		IndexCases.addTo(corpus);
		ReductionCases.addTo(corpus);
		SignalCases.addTo(corpus);
		SequenceCases.addTo(corpus);
		LearningCases.addTo(corpus);
		return corpus.cases;
	}

	Case proven(String name, ModelBuilder model) {
		return add(name, Expected.PROVEN, model);
	}

	Case mixes(String name, ModelBuilder model) {
		return add(name, Expected.MIXES, model);
	}

	Case unknown(String name, ModelBuilder model) {
		return add(name, Expected.UNKNOWN, model);
	}

	private Case add(String name, Expected expected, ModelBuilder model) {
		Case added = new Case(name, expected, model);
		this.cases.add(added);
		return added;
	}

	/** Start a model with an input "x" and an output "y" of real numbers. */
	static ModelBuilder floats(Object... dimensions) {
		return ModelBuilder.model().input("x", ElementType.FLOAT, dimensions).output("y", ElementType.FLOAT);
	}

	/** Start a model with an input "x" of integers and an output "y" of real numbers. */
	static ModelBuilder integers(Object... dimensions) {
		return ModelBuilder.model().input("x", ElementType.INT64, dimensions).output("y", ElementType.FLOAT);
	}

	enum Expected {

		PROVEN, MIXES, UNKNOWN

	}

	/**
	 * A model with what is expected of it.
	 */
	static final class Case {

		final String name;

		final Expected expected;

		final ModelBuilder model;

		final Map<String, Integer> sizes = new HashMap<>();

		long lowest = 0;

		long highest = 3;

		boolean finite;

		boolean moderate;

		boolean verdictOnly;

		private Case(String name, Expected expected, ModelBuilder model) {
			this.name = name;
			this.expected = expected;
			this.model = model;
		}

		/** Draw integers from a range. */
		Case range(long lowest, long highest) {
			this.lowest = lowest;
			this.highest = highest;
			return this;
		}

		/** Draw neither NaN nor infinities. */
		Case finite() {
			this.finite = true;
			return this;
		}

		/** Draw no huge numbers either, the sums of which are rounded coarsely. */
		Case moderate() {
			this.finite = true;
			this.moderate = true;
			return this;
		}

		/** Run nothing, as rows do not run alone. */
		Case verdictOnly() {
			this.verdictOnly = true;
			return this;
		}

		Case size(String symbol, int size) {
			this.sizes.put(symbol, size);
			return this;
		}

		@Override
		public String toString() {
			return this.name;
		}

	}

}
