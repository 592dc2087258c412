package io.modelserving.model.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;

import org.jspecify.annotations.Nullable;

/**
 * Rules of operators that look at whole dimensions: reductions, sorting, running sums,
 * softmax.
 */
final class Reductions {

	private Reductions() {
	}

	static Traced reduce(Step step) {
		Traced input = step.input(0);
		List<Long> axes = step.has(1) ? step.constants(1) : step.integers("axes");
		boolean given = step.has(1) || step.hasAttribute("axes");
		if (given && axes == null) {
			if (input.isBatched()) {
				throw step.unknown("which dimensions it reduces is not known");
			}
			return Traced.SHARED;
		}
		if (axes == null || axes.isEmpty()) {
			return reduceAll(step, input);
		}
		if (input.shape() == null) {
			return reduceUnranked(step, input, axes);
		}
		return reduce(step, input, step.axes(axes, input.shape().size()), step.integer("keepdims", 1) != 0);
	}

	private static Traced reduceAll(Step step, Traced input) {
		if (step.integer("noop_with_empty_axes", 0) != 0) {
			return Traced.batched(input.shape(), input.batch());
		}
		if (input.isBatched()) {
			throw step.mixes("it reduces over all dimensions, that of the batch among them");
		}
		boolean keep = step.integer("keepdims", 1) != 0;
		if (input.shape() == null) {
			return Traced.shared(keep ? null : List.of());
		}
		return Traced.shared(keep ? input.shape().stream().map((size) -> SymbolicInt.ONE).toList() : List.of());
	}

	private static Traced reduceUnranked(Step step, Traced input, List<Long> axes) {
		BatchAxis batch = input.batch();
		if (batch == null) {
			return Traced.SHARED;
		}
		if (axes.stream().allMatch((axis) -> axis > batch.axis())) {
			return input.moved(null, batch.axis());
		}
		if (axes.stream().anyMatch((axis) -> axis == batch.axis())) {
			throw step.mixes("it reduces over the batch");
		}
		throw step.unknown("the number of dimensions of its input is not known");
	}

	private static Traced reduce(Step step, Traced input, List<Integer> axes, boolean keep) {
		List<SymbolicInt> shape = new ArrayList<>();
		int batchAxis = 0;
		for (int axis = 0; axis < step.shape(input).size(); axis++) {
			boolean reduced = axes.contains(axis);
			if (reduced) {
				step.requireApart(input, axis, "reduces over");
			}
			if (input.batch() != null && input.batch().axis() == axis) {
				batchAxis = shape.size();
			}
			if (!reduced || keep) {
				shape.add(reduced ? SymbolicInt.ONE : step.shape(input).get(axis));
			}
		}
		return Traced.batched(shape, (input.batch() != null) ? input.batch().at(batchAxis) : null);
	}

	/**
	 * Return the rule of a reduction that follows small integers such as those of shapes.
	 */
	static Rule following(Combination combination) {
		return Rule.one((step) -> {
			List<SymbolicInt> content = step.raw(0).content();
			List<SymbolicInt> shape = step.raw(0).shape();
			boolean keep = step.integer("keepdims", 1) != 0;
			if (content == null || shape == null || shape.size() != 1 || content.isEmpty()
					|| step.integer("noop_with_empty_axes", 0) != 0) {
				return reduce(step);
			}
			BinaryOperator<SymbolicInt> operator = (a, b) -> combination.apply(step.symbols(), a, b);
			SymbolicInt result = content.stream().reduce(operator).orElseThrow();
			return keep ? Traced.vector(List.of(result)) : Traced.scalar(result);
		});
	}

	/**
	 * Combines two elements of small integer tensors.
	 */
	@FunctionalInterface
	interface Combination {

		SymbolicInt apply(Symbols symbols, SymbolicInt a, SymbolicInt b);

	}

	/**
	 * The rule of ArgMax and ArgMin, which give an index.
	 */
	static Traced index(Step step) {
		Traced input = step.input(0);
		List<SymbolicInt> shape = input.shape();
		long given = step.integer("axis", 0);
		boolean keep = step.integer("keepdims", 1) != 0;
		Traced output = (shape == null) ? reduceUnranked(step, input, List.of(given))
				: reduce(step, input, List.of(step.axis(given, shape.size())), keep);
		return output.withNonNegative(true);
	}

	/**
	 * Return a rule of operators that keep the shape and look along one axis.
	 * @param otherwise the axis if the attribute {@code axis} is missing
	 */
	static Rule along(long otherwise) {
		return Rule.one((step) -> {
			step.requireShared(1);
			return along(step, step.input(0), step.integer("axis", otherwise));
		});
	}

	private static Traced along(Step step, Traced input, long axis) {
		BatchAxis batch = input.batch();
		if (batch != null && input.shape() == null) {
			if (axis < 0) {
				throw step.unknown("the number of dimensions of its input is not known");
			}
			step.requireApart(input, (int) axis, "looks along");
		}
		if (batch != null && input.shape() != null) {
			step.requireApart(input, step.axis(axis, input.shape().size()), "looks along");
		}
		return Traced.batched(input.shape(), batch);
	}

	/**
	 * The rule of Softmax and its like, which up to version 12 look at all dimensions
	 * from an axis on.
	 */
	static Traced softmax(Step step) {
		Traced input = step.input(0);
		if (step.version() >= 13) {
			return along(step, input, step.integer("axis", -1));
		}
		return from(step, input, step.integer("axis", 1));
	}

	/**
	 * Trace an operator that keeps the shape and looks at all dimensions from an axis on.
	 */
	static Traced from(Step step, Traced input, long axis) {
		if (input.batch() != null) {
			long counted = (axis < 0) ? axis + step.shape(input).size() : axis;
			if (counted <= input.batch().axis()) {
				throw step
					.mixes("it looks at all dimensions from %d on, that of the batch among them".formatted(counted));
			}
		}
		return Traced.batched(input.shape(), input.batch());
	}

	/**
	 * The rule of CumSum and its like, whose axis is an input.
	 */
	static Traced running(Step step) {
		Traced input = step.input(0);
		List<Long> axis = step.constants(1);
		if (axis == null || axis.size() != 1) {
			if (input.isBatched()) {
				throw step.unknown("along which axis it adds is not known");
			}
			return Traced.shared(input.shape());
		}
		return along(step, input, axis.get(0));
	}

	static List<Traced> topK(Step step) {
		Traced input = step.input(0);
		List<SymbolicInt> count = step.has(1) ? step.elements(1) : count(step.integers("k"));
		List<SymbolicInt> shape = new ArrayList<>(step.shape(input));
		int axis = step.axis(step.integer("axis", -1), shape.size());
		step.requireApart(input, axis, "sorts");
		SymbolicInt size = (count != null && count.size() == 1) ? count.get(0) : step.unknownSize();
		if (size.ofRows()) {
			throw step.mixes("it computes with the number of rows in the batch");
		}
		shape.set(axis, size);
		Traced output = Traced.batched(shape, input.batch());
		return List.of(output, output.withNonNegative(true));
	}

	private static @Nullable List<SymbolicInt> count(@Nullable List<Long> count) {
		return (count != null) ? count.stream().map(SymbolicInt::of).toList() : null;
	}

	/**
	 * Return a rule of operators that look at the last dimensions and keep the shape.
	 * @param count how many of them
	 */
	static Rule last(int count) {
		return Rule.one((step) -> {
			step.requireShared(1);
			return Traced.batched(step.input(0).shape(), last(step, step.input(0), count));
		});
	}

	static @Nullable BatchAxis last(Step step, Traced input, int count) {
		BatchAxis batch = input.batch();
		if (batch != null && batch.axis() >= step.shape(input).size() - count) {
			throw step.mixes("it looks along the batch");
		}
		return batch;
	}

	/**
	 * The rule of Det, which makes a number of each matrix.
	 */
	static Traced determinant(Step step) {
		Traced input = step.input(0);
		int rank = step.shape(input).size();
		if (rank < 2) {
			throw step.unknown("its input is no matrix");
		}
		return Traced.batched(step.shape(input).subList(0, rank - 2), last(step, input, 2));
	}

	static Traced fourier(Step step) {
		Traced input = step.input(0);
		step.requireShared(1);
		int rank = step.shape(input).size();
		List<Long> given = step.has(2) ? step.constants(2)
				: List.of(step.integer("axis", (step.version() < 20) ? 1 : -2));
		if (given == null || given.size() != 1) {
			throw step.unknown("along which axis it looks is not known");
		}
		List<SymbolicInt> shape = new ArrayList<>(step.shape(input));
		int axis = step.axis(given.get(0), rank);
		step.requireApart(input, axis, "looks along");
		step.requireApart(input, rank - 1, "looks along");
		shape.set(axis, step.unknownSize());
		shape.set(rank - 1, SymbolicInt.of(2));
		return Traced.batched(shape, input.batch());
	}

}
