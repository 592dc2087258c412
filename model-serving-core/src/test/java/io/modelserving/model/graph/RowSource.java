package io.modelserving.model.graph;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;

import ai.onnxruntime.OnnxJavaType;

import io.modelserving.model.graph.Corpus.Case;
import io.modelserving.model.graph.ModelGraph.Dimension;
import io.modelserving.model.graph.ModelGraph.Type.TensorType;
import io.modelserving.model.graph.ModelGraph.Value;

/**
 * Draws rows that are hard on a model: of very different ranges and signs, zeros, huge
 * numbers, infinities and NaN.
 */
final class RowSource {

	private static final List<String> WORDS = List.of("a", "b", "ab", "a b", "b a b", "", "a a a a", "x");

	private final Case test;

	private final Map<String, Integer> batchAxes;

	private final Random random;

	private final Map<String, Integer> sizes = new HashMap<>();

	private final Map<String, Rows> shared = new HashMap<>();

	/**
	 * Create a source of rows of one shape.
	 */
	RowSource(Case test, Map<String, Integer> batchAxes, Random random) {
		this.test = test;
		this.batchAxes = batchAxes;
		this.random = random;
	}

	Map<String, Rows> row() {
		Map<String, Rows> row = new HashMap<>();
		for (Value input : this.test.model.build().graph().inputs()) {
			TensorType type = (TensorType) input.type();
			Integer axis = this.batchAxes.get(input.name());
			row.put(input.name(), (axis != null) ? tensor(type, axis)
					: this.shared.computeIfAbsent(input.name(), (name) -> tensor(type, -1)));
		}
		return row;
	}

	private Rows tensor(TensorType type, int batchAxis) {
		List<Dimension> dimensions = type.dimensions();
		long[] shape = new long[dimensions.size()];
		int count = 1;
		for (int i = 0; i < shape.length; i++) {
			Dimension dimension = dimensions.get(i);
			shape[i] = (i == batchAxis) ? 1 : (dimension.isFixed() ? dimension.size() : size(dimension.symbol()));
			count *= (int) shape[i];
		}
		Supplier<Object> elements = elements(type.elementType());
		return new Rows(OnnxJavaType.valueOf(type.elementType().name()), shape,
				Stream.generate(elements).limit(count).toArray());
	}

	private int size(String symbol) {
		Integer given = this.test.sizes.get(symbol);
		return (given != null) ? given : this.sizes.computeIfAbsent(symbol, (any) -> 1 + this.random.nextInt(4));
	}

	private Supplier<Object> elements(ElementType type) {
		return switch (type) {
			case STRING -> () -> WORDS.get(this.random.nextInt(WORDS.size()));
			case FLOAT -> reals();
			default -> () -> this.random.nextLong(this.test.lowest, this.test.highest + 1);
		};
	}

	private Supplier<Object> reals() {
		double scale = switch (this.random.nextInt(this.test.moderate ? 5 : 8)) {
			case 0 -> 255;
			case 1 -> -1;
			case 2 -> 0;
			case 3 -> 0.001;
			case 4 -> 1;
			case 5 -> 1e30;
			case 6 -> -1e6;
			default -> Double.NaN;
		};
		if (!Double.isNaN(scale)) {
			return () -> (float) (this.random.nextDouble() * scale);
		}
		double special = this.test.finite ? 1e-30
				: ((this.random.nextBoolean()) ? Double.NaN : Double.POSITIVE_INFINITY);
		return () -> (float) (this.random.nextBoolean() ? special : this.random.nextDouble());
	}

}
