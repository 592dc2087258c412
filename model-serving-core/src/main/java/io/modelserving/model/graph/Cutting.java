package io.modelserving.model.graph;

import java.util.ArrayList;
import java.util.List;

import io.modelserving.model.graph.Traced.Position;
import org.jspecify.annotations.Nullable;

/**
 * Rules of operators that cut tensors, join them, or add a margin.
 */
final class Cutting {

	private Cutting() {
	}

	static Traced slice(Step step) {
		Traced input = step.raw(0);
		boolean attributes = step.version() < 10;
		List<SymbolicInt> starts = attributes ? attribute(step, "starts") : step.elements(1);
		List<SymbolicInt> ends = attributes ? attribute(step, "ends") : step.elements(2);
		List<Long> axes = attributes ? step.integers("axes") : (step.has(3) ? step.constants(3) : null);
		boolean axesGiven = attributes ? step.hasAttribute("axes") : step.has(3);
		List<SymbolicInt> steps = (!attributes && step.has(4)) ? step.elements(4) : null;
		if (input.shape() == null || (axesGiven && axes == null)) {
			return unranked(step, input, axes);
		}
		int rank = input.shape().size();
		List<Integer> places = new ArrayList<>();
		if (axes != null && axesGiven) {
			places.addAll(step.axes(axes, rank));
		}
		else {
			for (int i = 0; starts != null && i < Math.min(rank, starts.size()); i++) {
				places.add(i);
			}
			if (starts == null && input.isBatched()) {
				throw step.unknown("which dimensions it cuts is not known");
			}
		}
		List<SymbolicInt> shape = new ArrayList<>(input.shape());
		for (int i = 0; i < places.size(); i++) {
			int axis = places.get(i);
			Cut cut = new Cut(at(starts, i), at(ends, i),
					(!attributes && step.has(4)) ? at(steps, i) : SymbolicInt.ONE);
			if (!cut.isWhole(shape.get(axis))) {
				step.requireApart(input, axis, "cuts");
				if (input.position() != null && input.position().component() >= 0) {
					step.checked(input);
				}
				shape.set(axis, cut.size(step, shape.get(axis)));
			}
		}
		if (starts == null && places.isEmpty()) {
			step.checked(input);
			return Traced.SHARED;
		}
		return sliced(step, input, places, shape,
				new Cut(at(starts, 0), at(ends, 0), (!attributes && step.has(4)) ? at(steps, 0) : SymbolicInt.ONE));
	}

	private static @Nullable List<SymbolicInt> attribute(Step step, String name) {
		List<Long> integers = step.integers(name);
		return (integers != null) ? integers.stream().map(SymbolicInt::of).toList() : null;
	}

	private static @Nullable SymbolicInt at(@Nullable List<SymbolicInt> list, int index) {
		return (list != null && index < list.size()) ? list.get(index) : null;
	}

	private static Traced unranked(Step step, Traced input, @Nullable List<Long> axes) {
		step.checked(input);
		BatchAxis batch = input.batch();
		if (batch == null) {
			return Traced.SHARED;
		}
		if (axes != null && axes.stream().allMatch((axis) -> axis > batch.axis())) {
			return input.moved(null, batch.axis());
		}
		throw step.unknown("which dimensions it cuts is not known");
	}

	private static Traced sliced(Step step, Traced input, List<Integer> places, List<SymbolicInt> shape, Cut cut) {
		List<SymbolicInt> content = input.content();
		if (content == null) {
			return new Traced(shape, input.batch(), null, input.position(), input.nonNegative(), null, null, null);
		}
		if (places.isEmpty() || (shape.equals(input.shape()) && cut.isWhole(SymbolicInt.of(content.size())))) {
			return input;
		}
		List<SymbolicInt> picked = (shape.size() == 1) ? cut.pick(content) : null;
		if (picked == null) {
			step.checked(input);
			return Traced.shared(shape).withNonNegative(input.nonNegative());
		}
		return Traced.vector(picked);
	}

	static Traced concat(Step step) {
		List<Traced> inputs = new ArrayList<>();
		for (int i = 0; i < step.inputCount(); i++) {
			inputs.add(step.raw(i));
		}
		return concat(step, inputs, step.integer("axis", 1));
	}

	static Traced concat(Step step, List<Traced> inputs, long along) {
		if (inputs.stream()
			.allMatch((input) -> input.content() != null && input.shape() != null && input.shape().size() == 1)) {
			List<SymbolicInt> content = new ArrayList<>();
			inputs.forEach((input) -> content.addAll((input.content() != null) ? input.content() : List.of()));
			return Traced.vector(content);
		}
		boolean positions = inputs.stream().anyMatch((input) -> input.position() != null);
		if (!positions) {
			inputs.forEach(step::checked);
		}
		if (inputs.stream().anyMatch((input) -> input.shape() == null)) {
			return unrankedConcat(step, inputs, along);
		}
		int axis = step.axis(along, step.shape(inputs.get(0)).size());
		List<SymbolicInt> shape = new ArrayList<>(step.shape(inputs.get(0)));
		SymbolicInt size = SymbolicInt.ZERO;
		for (Traced input : inputs) {
			step.requireApart(input, axis, "joins tensors along");
			if (step.shape(input).size() != shape.size()) {
				throw step.unknown("its inputs have different numbers of dimensions");
			}
			size = step.symbols().sum(size, step.shape(input).get(axis));
		}
		shape.set(axis, size);
		Traced output = Traced.batched(shape, Indexing.together(step, inputs));
		return positions ? output.withPosition(position(step, inputs, axis)) : output;
	}

	private static Traced unrankedConcat(Step step, List<Traced> inputs, long along) {
		BatchAxis batch = Indexing.together(step, inputs);
		if (batch != null && along <= batch.axis()) {
			throw step.unknown("the number of dimensions of an input is not known");
		}
		return Traced.batched(null, batch);
	}

	/**
	 * Return how indices that are put together contain the number of the row.
	 */
	private static Position position(Step step, List<Traced> inputs, int axis) {
		SymbolicInt before = SymbolicInt.ZERO;
		Position found = null;
		for (Traced input : inputs) {
			List<SymbolicInt> shape = step.shape(input);
			Position own = input.position();
			if (own != null) {
				if (found != null || own.component() != Position.ALL || axis != shape.size() - 1
						|| !shape.get(axis).is(1) || !before.isConstant()) {
					throw step.mixes("it computes with the position of a row in the batch");
				}
				found = new Position(own.stride(), own.exact(), (int) before.factor());
			}
			before = step.symbols().sum(before, shape.get(axis));
		}
		if (found == null) {
			throw step.unknown("its inputs contain no position");
		}
		return found;
	}

	static List<Traced> split(Step step) {
		Traced input = step.raw(0);
		List<SymbolicInt> parts = step.has(1) ? step.elements(1) : attribute(step, "split");
		int count = step.outputCount();
		if (input.content() == null || count != input.content().size()) {
			step.checked(input);
		}
		List<SymbolicInt> shape = step.shape(input);
		int axis = step.axis(step.integer("axis", 0), shape.size());
		step.requireApart(input, axis, "splits");
		List<Traced> outputs = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			SymbolicInt part = at(parts, i);
			SymbolicInt even = shape.get(axis).dividedBy(SymbolicInt.of(count));
			List<SymbolicInt> own = new ArrayList<>(shape);
			own.set(axis, (part != null) ? part : ((parts == null && even != null) ? even : step.unknownSize()));
			boolean element = input.content() != null && input.content().size() == count && own.get(axis).is(1);
			if (input.countsRows() && !element) {
				step.checked(input);
			}
			outputs.add((element && input.content() != null) ? Traced.content(own, List.of(input.content().get(i)))
					: Traced.batched(own, input.batch()).withNonNegative(input.nonNegative()));
		}
		return outputs;
	}

	static Traced pad(Step step) {
		Traced input = step.input(0);
		boolean attributes = step.version() < 11;
		List<SymbolicInt> pads = attributes ? attribute(step, "pads") : step.elements(1);
		if (!attributes && step.has(2) && step.input(2).isBatched()) {
			throw step.mixes("its input \"%s\" is different for each row".formatted(step.node().inputs().get(2)));
		}
		List<Long> axes = (!attributes && step.has(3)) ? step.constants(3) : null;
		if (pads == null || input.shape() == null || (!attributes && step.has(3) && axes == null)) {
			if (input.isBatched()) {
				throw step.unknown("which dimensions it pads is not known");
			}
			return Traced.shared((input.shape() != null) ? step.unknownSizes(input.shape().size()) : null);
		}
		List<SymbolicInt> shape = new ArrayList<>(input.shape());
		int count = (axes != null) ? axes.size() : shape.size();
		for (int i = 0; i < count; i++) {
			int axis = (axes != null) ? step.axis(axes.get(i), shape.size()) : i;
			SymbolicInt begin = at(pads, i);
			SymbolicInt end = at(pads, i + count);
			if (begin == null || end == null) {
				throw step.unknown("which dimensions it pads is not known");
			}
			if (!begin.is(0) || !end.is(0)) {
				step.requireApart(input, axis, "pads");
				if (begin.ofRows() || end.ofRows()) {
					throw step.mixes("its margin depends on the number of rows");
				}
				shape.set(axis, step.symbols().sum(shape.get(axis), step.symbols().sum(begin, end)));
			}
		}
		return Traced.batched(shape, input.batch());
	}

	static Traced centerCropPad(Step step) {
		Traced input = step.input(0);
		step.requireShared(1);
		List<Long> axes = step.integers("axes");
		if (input.shape() == null || (axes == null && input.isBatched())) {
			throw step.unknown("which dimensions it cuts is not known");
		}
		List<SymbolicInt> shape = new ArrayList<>(step.unknownSizes(input.shape().size()));
		for (int axis = 0; axis < shape.size(); axis++) {
			boolean cut = axes == null || step.axes(axes, shape.size()).contains(axis);
			if (cut) {
				step.requireApart(input, axis, "cuts");
			}
			else {
				shape.set(axis, input.shape().get(axis));
			}
		}
		return Traced.batched(shape, input.batch());
	}

}
