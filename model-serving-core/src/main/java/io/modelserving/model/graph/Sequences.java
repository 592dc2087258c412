package io.modelserving.model.graph;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Rules of sequences, as far as their length is known, and of optional values.
 */
final class Sequences {

	private Sequences() {
	}

	static Traced construct(Step step) {
		List<Traced> items = new ArrayList<>();
		for (int i = 0; i < step.inputCount(); i++) {
			items.add(step.raw(i));
		}
		return Traced.sequence(items);
	}

	private static List<Traced> items(Step step) {
		List<Traced> items = step.raw(0).items();
		if (items == null) {
			throw step.unknown("the length of its sequence is not known");
		}
		return items;
	}

	/**
	 * Return the place in a sequence that an input names.
	 */
	private static int place(Step step, int input, int size) {
		List<Long> place = step.constants(input);
		if (place == null || place.size() != 1) {
			throw step.unknown("a place in its sequence is not known");
		}
		long counted = (place.get(0) < 0) ? place.get(0) + size : place.get(0);
		if (counted < 0 || counted > size) {
			throw step.unknown("its sequence has no place " + place.get(0));
		}
		return (int) counted;
	}

	static Traced at(Step step) {
		return items(step).get(place(step, 1, items(step).size()));
	}

	static Traced insert(Step step) {
		List<Traced> items = new ArrayList<>(items(step));
		items.add(step.has(2) ? place(step, 2, items.size()) : items.size(), step.raw(1));
		return Traced.sequence(items);
	}

	static Traced erase(Step step) {
		List<Traced> items = new ArrayList<>(items(step));
		items.remove(step.has(1) ? place(step, 1, items.size()) : items.size() - 1);
		return Traced.sequence(items);
	}

	static Traced length(Step step) {
		return Traced.scalar(SymbolicInt.of(items(step).size()));
	}

	static Traced split(Step step) {
		Traced input = step.input(0);
		List<SymbolicInt> shape = step.shape(input);
		int axis = step.axis(step.integer("axis", 0), shape.size());
		step.requireApart(input, axis, "splits");
		SymbolicInt whole = shape.get(axis);
		boolean keep = step.has(1) || step.integer("keepdims", 1) != 0;
		List<SymbolicInt> parts = step.has(1) ? step.elements(1) : List.of(SymbolicInt.ONE);
		boolean scalar = !step.has(1) || (step.raw(1).shape() != null && step.raw(1).shape().isEmpty());
		if (parts == null || (scalar && (!whole.isConstant() || !parts.get(0).isConstant() || parts.get(0).factor() < 1
				|| whole.factor() / parts.get(0).factor() > 1000))) {
			throw step.unknown("into how many parts it splits is not known");
		}
		List<SymbolicInt> sizes = scalar ? chunks(whole.factor(), parts.get(0).factor()) : parts;
		return Traced.sequence(sizes.stream().map((size) -> part(input, shape, axis, keep ? size : null)).toList());
	}

	private static List<SymbolicInt> chunks(long whole, long part) {
		List<SymbolicInt> chunks = new ArrayList<>();
		for (long start = 0; start < whole; start += part) {
			chunks.add(SymbolicInt.of(Math.min(part, whole - start)));
		}
		return chunks;
	}

	private static Traced part(Traced input, List<SymbolicInt> whole, int axis, @Nullable SymbolicInt size) {
		List<SymbolicInt> shape = new ArrayList<>(whole);
		BatchAxis batch = input.batch();
		if (size != null) {
			shape.set(axis, size);
			return Traced.batched(shape, batch);
		}
		shape.remove(axis);
		return Traced.batched(shape,
				(batch != null) ? batch.at((axis < batch.axis()) ? batch.axis() - 1 : batch.axis()) : null);
	}

	static Traced concat(Step step) {
		List<Traced> items = new ArrayList<>();
		boolean added = step.integer("new_axis", 0) != 0;
		for (Traced item : items(step)) {
			step.checked(item);
			int axis = step.axis(step.integer("axis", 0), step.shape(item).size() + (added ? 1 : 0));
			items.add(added ? inserted(step, item, axis) : item);
		}
		return Cutting.concat(step, items, step.integer("axis", 0));
	}

	private static Traced inserted(Step step, Traced item, int axis) {
		List<SymbolicInt> shape = new ArrayList<>(step.shape(item));
		shape.add(axis, SymbolicInt.ONE);
		BatchAxis batch = item.batch();
		return Traced.batched(shape,
				(batch != null) ? batch.at((axis <= batch.axis()) ? batch.axis() + 1 : batch.axis()) : null);
	}

	/**
	 * The rule of operators that hand on their input.
	 */
	static Traced same(Step step) {
		return step.raw(0);
	}

	static Traced isPresent(Step step) {
		return step.has(0) ? Traced.shared(List.of()) : Traced.scalar(SymbolicInt.ZERO);
	}

}
