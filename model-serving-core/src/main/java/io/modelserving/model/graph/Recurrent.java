package io.modelserving.model.graph;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Rules of recurrent networks and of attention.
 */
final class Recurrent {

	private Recurrent() {
	}

	/**
	 * Return a rule of recurrent layers.
	 * @param states the places of the initial states among the inputs
	 */
	static Rule layer(int... states) {
		return (step) -> {
			Traced input = step.input(0);
			boolean batchFirst = step.integer("layout", 0) != 0;
			int batchAxis = batchFirst ? 0 : 1;
			step.requireAt(input, batchAxis);
			List<Traced> ofRows = new ArrayList<>(List.of(input));
			if (step.has(4)) {
				step.requireAt(step.input(4), 0);
				ofRows.add(aligned(step.input(4), batchAxis));
			}
			for (int i = 1; i < step.inputCount(); i++) {
				boolean state = false;
				for (int place : states) {
					state |= place == i;
				}
				if (state && step.has(i)) {
					step.requireAt(step.input(i), batchAxis);
					ofRows.add(step.input(i));
				}
				else if (i != 4 && step.has(i) && step.input(i).isBatched()) {
					throw step.mixes("its weights are different for each row");
				}
			}
			BatchAxis batch = Indexing.together(step, ofRows);
			if (input.shape() != null && input.shape().size() != 3) {
				throw step.unknown("its input has no three dimensions");
			}
			SymbolicInt rows = (input.shape() != null) ? input.shape().get(batchAxis) : step.unknownSize();
			SymbolicInt time = (input.shape() != null) ? input.shape().get(1 - batchAxis) : step.unknownSize();
			SymbolicInt hidden = step.hasAttribute("hidden_size") ? SymbolicInt.of(step.integer("hidden_size", 0))
					: step.unknownSize();
			SymbolicInt directions = SymbolicInt.of(step.text("direction", "forward").equals("bidirectional") ? 2 : 1);
			Traced all = Traced.batched(
					batchFirst ? List.of(rows, time, directions, hidden) : List.of(time, directions, rows, hidden),
					(batch != null) ? batch.at(batchFirst ? 0 : 2) : null);
			Traced last = Traced
				.batched(batchFirst ? List.of(rows, directions, hidden) : List.of(directions, rows, hidden), batch);
			return List.of(all, last, last);
		};
	}

	private static Traced aligned(Traced lengths, int axis) {
		return (lengths.batch() != null) ? Traced.batched(null, lengths.batch().at(axis)) : lengths;
	}

	/**
	 * Return a rule of operators whose inputs are parameters or carry the batch first.
	 * Rows may be missing in no input that has them.
	 * @param parameters the places of inputs that are the same for all rows
	 * @param masks the places of inputs that may be broadcast over the rows
	 * @param outputs the rank of each output; 0 for that of the first input, and below
	 * for one that carries the batch at the axis that is its negative
	 */
	static Rule rowsFirst(List<Integer> parameters, List<Integer> masks, int... outputs) {
		return (step) -> {
			List<Traced> ofRows = new ArrayList<>();
			for (int i = 0; i < step.inputCount(); i++) {
				if (!step.has(i)) {
					continue;
				}
				Traced input = step.input(i);
				if (parameters.contains(i)) {
					if (input.isBatched()) {
						throw step
							.mixes("its input \"%s\" is different for each row".formatted(step.node().inputs().get(i)));
					}
				}
				else if (!masks.contains(i) || input.isBatched()) {
					step.requireAt(input, 0);
					ofRows.add(input);
				}
				else {
					requireForAllRows(step, input);
				}
			}
			BatchAxis batch = Indexing.together(step, ofRows);
			List<Traced> traced = new ArrayList<>();
			for (int rank : outputs) {
				traced.add(output(step, batch, rank));
			}
			return traced;
		};
	}

	private static Traced output(Step step, @Nullable BatchAxis batch, int rank) {
		Traced first = step.input(0);
		if (rank < 0) {
			return Traced.batched(null, (batch != null) ? batch.at(-rank) : null);
		}
		List<SymbolicInt> shape = first.shape();
		if (rank == 0 || shape == null) {
			return Traced.batched((shape != null && shape.size() > 1) ? lastUnknown(step, shape) : null, batch);
		}
		return Traced.batched(Spatial.rowsOf(step, first, rank), batch);
	}

	private static List<SymbolicInt> lastUnknown(Step step, List<SymbolicInt> shape) {
		List<SymbolicInt> copy = new ArrayList<>(shape);
		copy.set(copy.size() - 1, step.unknownSize());
		return copy;
	}

	/**
	 * Require a mask without rows to be broadcast over them.
	 */
	private static void requireForAllRows(Step step, Traced mask) {
		boolean batched = step.inputs().stream().anyMatch(Traced::isBatched);
		List<SymbolicInt> shape = mask.shape();
		boolean fromTheRight = step.node().domain().isEmpty() && shape != null && shape.size() <= 2;
		boolean one = shape != null && !shape.isEmpty() && shape.get(0).is(1);
		if (batched && !fromTheRight && !one) {
			throw step.unknown("whether its mask has a row for each of the batch is not known");
		}
	}

	/**
	 * The rule of Attention of ONNX itself. Its mask is broadcast from the right.
	 */
	static List<Traced> attention(Step step) {
		Rule rule = rowsFirst(List.of(), List.of(3), 0, 4, 4, 4);
		if (step.has(3) && step.input(3).isBatched() && step.shape(step.input(3)).size() != 4) {
			throw step.mixes("it pairs the batch with another dimension");
		}
		if (step.has(3) && !step.input(3).isBatched() && step.input(3).shape() != null
				&& step.shape(step.input(3)).size() == 3) {
			rule = rowsFirst(List.of(3), List.of(), 0, 4, 4, 4);
		}
		return rule.apply(step);
	}

	static Traced rotary(Step step) {
		Traced input = step.input(0);
		step.requireAt(input, 0);
		boolean positions = step.has(3);
		List<Traced> ofRows = new ArrayList<>(List.of(input));
		if (positions) {
			ofRows.add(step.input(3));
		}
		for (int i = 1; i < 3; i++) {
			if (!positions || step.input(i).isBatched()) {
				ofRows.add(step.input(i));
			}
		}
		if (positions && (step.input(1).isBatched() || step.input(2).isBatched())) {
			throw step.mixes("its table is different for each row");
		}
		ofRows.forEach((value) -> step.requireAt(value, 0));
		return Traced.batched(input.shape(), Indexing.together(step, ofRows));
	}

	/**
	 * The rule of RotaryEmbedding as optimizers write it: a position of one element is an
	 * offset for all rows.
	 */
	static Traced rotaryWithOffset(Step step) {
		Traced input = step.input(0);
		Traced positions = step.input(1);
		step.requireAt(input, 0);
		step.requireAt(positions, 0);
		step.requireShared(2);
		boolean offset = positions.shape() != null && positions.shape().stream().allMatch((size) -> size.is(1));
		if (!positions.isBatched() && offset && positions.shape() != null && positions.shape().size() <= 1) {
			return Traced.batched(input.shape(), input.batch());
		}
		return Traced.batched(input.shape(), Indexing.together(step, List.of(input, positions)));
	}

}
