package io.modelserving.model.graph;

import java.util.ArrayList;
import java.util.List;

import io.modelserving.model.graph.Traced.Position;
import org.jspecify.annotations.Nullable;

/**
 * Rules of operators that pick elements by their index, or put them at one.
 */
final class Indexing {

	private Indexing() {
	}

	static Traced gather(Step step) {
		Traced data = step.raw(0);
		Traced indices = step.raw(1);
		Traced picked = pickedElements(data, indices);
		if (picked != null) {
			return picked;
		}
		step.checked(data);
		if (indices.position() != null) {
			return gatherRows(step, data, indices);
		}
		step.checked(indices);
		if (data.shape() == null || indices.shape() == null) {
			if (data.isConstant() && indices.isConstant()) {
				return Traced.SHARED;
			}
			if (data.batch() != null && indices.shape() != null && !indices.isBatched()
					&& step.integer("axis", 0) > data.batch().axis()) {
				return data.moved(null, data.batch().axis());
			}
			throw step.unknown("the number of dimensions of an input is not known");
		}
		int axis = step.axis(step.integer("axis", 0), data.shape().size());
		step.requireApart(data, axis, "picks rows of");
		if (data.isBatched() && indices.isBatched()) {
			throw step.mixes("it pairs each row with all rows");
		}
		List<SymbolicInt> shape = gathered(data.shape(), axis, indices.shape());
		if (data.batch() != null) {
			int own = data.batch().axis();
			return Traced.batched(shape, data.batch().at((own < axis) ? own : own - 1 + indices.shape().size()));
		}
		return Traced.batched(shape,
				(indices.batch() != null) ? indices.batch().at(indices.batch().axis() + axis) : null);
	}

	private static List<SymbolicInt> gathered(List<SymbolicInt> data, int axis, List<SymbolicInt> indices) {
		List<SymbolicInt> shape = new ArrayList<>(data.subList(0, axis));
		shape.addAll(indices);
		shape.addAll(data.subList(axis + 1, data.size()));
		return shape;
	}

	private static @Nullable Traced pickedElements(Traced data, Traced indices) {
		List<SymbolicInt> content = data.content();
		List<SymbolicInt> places = indices.content();
		if (content == null || places == null || data.shape() == null || indices.shape() == null
				|| data.shape().size() != 1) {
			return null;
		}
		List<SymbolicInt> picked = new ArrayList<>();
		for (SymbolicInt place : places) {
			long index = (place.factor() < 0) ? place.factor() + content.size() : place.factor();
			if (!place.isConstant() || index < 0 || index >= content.size()) {
				return null;
			}
			picked.add(content.get((int) index));
		}
		return Traced.content(indices.shape(), picked);
	}

	/**
	 * Pick elements by the number of the row, as in {@code x[arange(len(x)), at]}, which
	 * exporters write with folded rows, too.
	 */
	private static Traced gatherRows(Step step, Traced data, Traced indices) {
		Position position = indices.position();
		BatchAxis batch = data.batch();
		BatchAxis rows = indices.batch();
		int axis = step.axis(step.integer("axis", 0), step.shape(data).size());
		boolean own = position != null && batch != null && rows != null && batch.axis() == axis && batch.outer().is(1)
				&& position.component() == Position.ALL && batch.inner().equals(position.stride());
		if (!own || rows == null) {
			throw step.mixes("it picks by the position of a row in the batch");
		}
		return Traced.batched(gathered(step.shape(data), axis, step.shape(indices)), rows.at(rows.axis() + axis));
	}

	static Traced gatherElements(Step step) {
		Traced data = step.input(0);
		Traced indices = step.input(1);
		int axis = step.axis(step.integer("axis", 0), step.shape(data).size());
		if (!data.isBatched() && indices.batch() != null) {
			if (indices.batch().axis() != axis) {
				throw step.mixes("it picks by the position of a row in the batch");
			}
			return Traced.batched(indices.shape(), indices.batch());
		}
		step.requireApart(data, axis, "picks rows of");
		return Traced.batched(indices.shape(), together(step, List.of(data, indices)));
	}

	/**
	 * Return the batch axis of inputs that all have to carry the batch alike, if any
	 * does.
	 */
	static @Nullable BatchAxis together(Step step, List<Traced> inputs) {
		if (inputs.stream().noneMatch(Traced::isBatched)) {
			return null;
		}
		BatchAxis batch = step.batch(inputs.get(0));
		for (Traced input : inputs) {
			if (step.batch(input).axis() != batch.axis()) {
				throw step.mixes("it pairs the batch with another dimension");
			}
			if (!step.batch(input).foldsAs(batch)) {
				throw step.unknown("the batch is folded in two ways");
			}
		}
		return batch;
	}

	static Traced gatherNd(Step step) {
		Traced data = step.input(0);
		Traced indices = step.raw(1);
		int leading = (int) step.integer("batch_dims", 0);
		List<SymbolicInt> shape = new ArrayList<>(step.shape(indices));
		SymbolicInt depth = shape.isEmpty() ? SymbolicInt.ZERO : shape.remove(shape.size() - 1);
		int end = leading + (int) depth.factor();
		if (!depth.isConstant() || depth.factor() < 1 || end > step.shape(data).size() || leading < 0) {
			throw step.unknown("how many dimensions an index has is not known");
		}
		shape.addAll(step.shape(data).subList(end, step.shape(data).size()));
		int kept = step.shape(indices).size() - 1;
		BatchAxis own = data.batch();
		if (own != null && indices.position() != null) {
			return Traced.batched(shape, byRow(step, own, indices, leading, (int) depth.factor()));
		}
		step.checked(indices);
		requireLast(step, indices, kept);
		if (own == null) {
			if (indices.batch() != null && indices.batch().axis() < leading) {
				throw step.mixes("it picks by the position of a row in the batch");
			}
			return Traced.batched(shape, indices.batch());
		}
		if (own.axis() >= end) {
			if (indices.isBatched()) {
				throw step.mixes("it pairs each row with all rows");
			}
			return Traced.batched(shape, own.at(kept + own.axis() - end));
		}
		if (own.axis() >= leading) {
			throw step.mixes("it picks rows of the batch");
		}
		return Traced.batched(shape, together(step, List.of(data, indices)));
	}

	private static void requireLast(Step step, Traced indices, int last) {
		step.requireApart(indices, last, "takes for an index");
	}

	/**
	 * Return where the batch is after an index that contains the number of the row.
	 */
	private static BatchAxis byRow(Step step, BatchAxis data, Traced indices, int leading, int depth) {
		Position position = indices.position();
		BatchAxis rows = step.batch(indices);
		int component = (position == null) ? -1 : ((position.component() == Position.ALL) ? 0 : position.component());
		boolean all = position != null && position.component() == Position.ALL;
		if (position == null || !position.isRow() || !data.isPlain() || leading != 0 || (all && depth != 1)
				|| data.axis() != component || rows.axis() == step.shape(indices).size() - 1) {
			throw step.mixes("it picks by the position of a row in the batch");
		}
		return rows;
	}

	static Traced scatterElements(Step step) {
		Traced data = step.input(0);
		int axis = step.axis(step.integer("axis", 0), step.shape(data).size());
		for (Traced input : step.inputs()) {
			step.requireApart(input, axis, "puts elements at rows of");
		}
		return Traced.batched(data.shape(), together(step, step.inputs()));
	}

	static Traced scatterNd(Step step) {
		Traced data = step.input(0);
		Traced indices = step.raw(1);
		Traced updates = step.input(2);
		List<SymbolicInt> shape = step.shape(indices);
		int kept = shape.size() - 1;
		SymbolicInt depth = (kept >= 0) ? shape.get(kept) : SymbolicInt.ZERO;
		BatchAxis own = data.batch();
		if (own == null) {
			step.checked(indices);
			if (indices.isBatched() || updates.isBatched()) {
				throw step.mixes("rows of the batch write to the same tensor");
			}
			return Traced.shared(data.shape());
		}
		if (!depth.isConstant()) {
			throw step.unknown("how many dimensions an index has is not known");
		}
		if (indices.position() != null) {
			BatchAxis rows = byRow(step, own, indices, 0, (int) depth.factor());
			if (!step.batch(updates).equals(rows)) {
				throw step.mixes("it pairs the batch with another dimension");
			}
			return Traced.batched(data.shape(), own);
		}
		if (indices.isBatched() || own.axis() < depth.factor()) {
			throw step.mixes("it puts elements at rows of the batch");
		}
		if (!step.batch(updates).equals(own.at(kept + own.axis() - (int) depth.factor()))) {
			throw step.mixes("it pairs the batch with another dimension");
		}
		return Traced.batched(data.shape(), own);
	}

	/**
	 * The rule of operators whose inputs and output all carry the batch first, none of
	 * them being a parameter.
	 */
	static Traced allFirst(Step step) {
		for (Traced input : step.inputs()) {
			step.requireAt(input, 0);
		}
		return Traced.batched(step.input(0).shape(), together(step, step.inputs()));
	}

	static Traced reverseSequence(Step step) {
		Traced input = step.input(0);
		Traced lengths = step.input(1);
		int batchAxis = (int) step.integer("batch_axis", 1);
		step.requireAt(input, batchAxis);
		if (input.isBatched() != lengths.isBatched()) {
			throw step.mixes("an input carries no batch where another does");
		}
		if (input.batch() != null && !step.batch(lengths).foldsAs(input.batch())) {
			throw step.unknown("the batch is folded in two ways");
		}
		return Traced.batched(input.shape(), input.batch());
	}

	static Traced oneHot(Step step) {
		step.requireShared(1);
		Traced indices = step.input(0);
		List<SymbolicInt> depth = step.elements(1);
		List<SymbolicInt> shape = new ArrayList<>(step.shape(indices));
		int axis = step.axis(step.integer("axis", -1), shape.size() + 1);
		shape.add(axis, (depth != null && depth.size() == 1) ? depth.get(0) : step.unknownSize());
		BatchAxis batch = indices.batch();
		return Traced.batched(shape,
				(batch != null) ? batch.at((axis <= batch.axis()) ? batch.axis() + 1 : batch.axis()) : null);
	}

	static Traced nonZero(Step step) {
		Traced input = step.input(0);
		if (input.isBatched()) {
			throw step.mixes("how many elements it gives depends on all rows of the batch");
		}
		if (input.shape() == null) {
			return Traced.SHARED;
		}
		return Traced.shared(List.of(SymbolicInt.of(input.shape().size()), step.unknownSize())).withNonNegative(true);
	}

	static Traced compress(Step step) {
		Traced input = step.input(0);
		step.requireShared(1);
		if (!step.hasAttribute("axis")) {
			if (input.isBatched()) {
				throw step.mixes("it picks elements across all rows");
			}
			return Traced.shared(step.unknownSizes(1));
		}
		List<SymbolicInt> shape = new ArrayList<>(step.shape(input));
		int axis = step.axis(step.integer("axis", 0), shape.size());
		step.requireApart(input, axis, "picks rows of");
		shape.set(axis, step.unknownSize());
		return Traced.batched(shape, input.batch());
	}

}
