package io.modelserving.model.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Rules of normalization, quantization and losses.
 */
final class Normalizations {

	private Normalizations() {
	}

	static List<Traced> batchNormalization(Step step) {
		Traced input = step.input(0);
		step.requireShared(1);
		boolean training = step.integer("training_mode", 0) != 0;
		if (training && input.isBatched()) {
			throw step.mixes("it is in training mode, and normalizes by the mean of the batch");
		}
		boolean statistics = step.node().outputs().stream().skip(1).anyMatch((output) -> !output.isEmpty());
		if (statistics && input.isBatched()) {
			throw step.unknown("it may be in training mode, and normalize by the mean of the batch");
		}
		step.requireAt(input, 0);
		return List.of(Traced.batched(input.shape(), input.batch()));
	}

	/**
	 * The rule of normalization within each row.
	 */
	static Traced perRow(Step step) {
		Traced input = Spatial.signal(step);
		step.requireShared(1);
		return Traced.batched(input.shape(), input.batch());
	}

	/**
	 * The rule of normalization over the last dimensions, from an axis on.
	 */
	static List<Traced> layer(Step step) {
		Traced input = step.input(0);
		Traced output = Reductions.from(step, input, step.integer("axis", -1));
		for (int i = 1; i < step.inputCount(); i++) {
			if (step.has(i)) {
				output = onto(step, output, step.input(i));
			}
		}
		Traced statistics = (input.shape() != null) ? statistics(step, input) : Traced.batched(null, input.batch());
		return List.of(output, statistics, statistics);
	}

	private static Traced onto(Step step, Traced output, Traced parameter) {
		if (output.shape() == null || parameter.shape() == null) {
			if (parameter.isBatched()) {
				throw step.unknown("the number of dimensions of an input is not known");
			}
			if (output.isBatched() && (parameter.shape() == null || parameter.shape().size() > 1)) {
				throw step.unknown("the number of dimensions of an input is not known");
			}
			return output;
		}
		return Products.onto(step, output, parameter);
	}

	private static Traced statistics(Step step, Traced input) {
		List<SymbolicInt> shape = new ArrayList<>(step.shape(input));
		long axis = step.integer("axis", -1);
		int from = (int) Math.max(0, (axis < 0) ? axis + shape.size() : axis);
		for (int i = from; i < shape.size(); i++) {
			shape.set(i, SymbolicInt.ONE);
		}
		return Traced.batched(shape, input.batch());
	}

	/**
	 * The rule of layer normalization of a sum, whose fourth output is the sum.
	 */
	static List<Traced> skipLayer(Step step) {
		Traced sum = Products.onto(step, step.input(0), step.input(1));
		if (sum.batch() != null && sum.batch().axis() >= step.shape(sum).size() - 1) {
			throw step.mixes("it normalizes over the batch");
		}
		for (int i = 2; i < step.inputCount(); i++) {
			if (step.has(i)) {
				sum = Products.onto(step, sum, step.input(i));
			}
		}
		List<SymbolicInt> shape = new ArrayList<>(step.shape(sum));
		shape.set(shape.size() - 1, SymbolicInt.ONE);
		Traced statistics = Traced.batched(shape, sum.batch());
		return List.of(sum, statistics, statistics, sum);
	}

	static Traced meanVariance(Step step) {
		Traced input = step.input(0);
		List<Long> axes = step.integers("axes");
		List<Long> all = (axes != null) ? axes : List.of(0L, 2L, 3L);
		if (input.isBatched()) {
			for (int axis : step.axes(all, step.shape(input).size())) {
				step.requireApart(input, axis, "normalizes over");
			}
		}
		return Traced.batched(input.shape(), input.batch());
	}

	/**
	 * The rule of local response normalization, which looks at neighbouring channels.
	 */
	static Traced local(Step step) {
		Traced input = Spatial.signal(step);
		return Traced.batched(input.shape(), input.batch());
	}

	/**
	 * The rule of quantization by a scale that is the same for all rows.
	 */
	static Traced quantize(Step step) {
		Traced input = step.input(0);
		step.requireShared(1);
		List<SymbolicInt> scale = step.raw(1).shape();
		BatchAxis batch = input.batch();
		if (batch == null) {
			return Traced.shared(input.shape());
		}
		boolean one = scale != null && scale.stream().allMatch((size) -> size.is(1));
		if (one) {
			return Traced.batched(input.shape(), batch);
		}
		if (scale == null || scale.size() != 1 || step.integer("block_size", 0) != 0) {
			throw step.unknown("whether rows have a scale of their own is not known");
		}
		int axis = (input.shape() != null) ? step.axis(step.integer("axis", 1), input.shape().size())
				: (int) step.integer("axis", 1);
		if (axis < 0) {
			throw step.unknown("the number of dimensions of its input is not known");
		}
		step.requireApart(input, axis, "takes its scales along");
		return Traced.batched(input.shape(), batch);
	}

	static List<Traced> dynamicQuantize(Step step) {
		if (step.input(0).isBatched()) {
			throw step.mixes("it computes one scale from all rows of the batch");
		}
		return List.of(Traced.shared(step.input(0).shape()), Traced.shared(List.of()), Traced.shared(List.of()));
	}

	/**
	 * The rule of losses, which are sums or means over all rows unless each row has its
	 * own.
	 */
	static List<Traced> loss(Step step) {
		List<Traced> ofRows = List.of(step.input(0), step.input(1));
		ofRows.forEach((input) -> step.requireAt(input, 0));
		BatchAxis batch = Indexing.together(step, ofRows);
		if (batch != null && !step.text("reduction", "mean").equals("none")) {
			throw step.mixes("it reduces the loss over the batch");
		}
		step.requireShared(2);
		if (batch == null) {
			return Collections.nCopies(2, Traced.SHARED);
		}
		return List.of(Traced.batched(step.input(1).shape(), batch), Traced.batched(step.input(0).shape(), batch));
	}

}
