package io.modelserving.model.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.modelserving.model.graph.Traced.Position;
import org.jspecify.annotations.Nullable;

/**
 * Rules of operators that read shapes, or change the shape of a tensor and none of its
 * elements.
 */
final class Shapes {

	private Shapes() {
	}

	static Traced shape(Step step) {
		List<SymbolicInt> shape = step.raw(0).shape();
		if (shape == null) {
			if (step.raw(0).isConstant()) {
				return Traced.SHARED;
			}
			throw step.unknown("the number of dimensions of its input is not known");
		}
		int rank = shape.size();
		int start = bound(step.integer("start", 0), rank);
		int end = bound(step.integer("end", rank), rank);
		return Traced.vector(shape.subList(start, Math.max(start, end)));
	}

	private static int bound(long index, int rank) {
		return (int) Math.max(0, Math.min(rank, (index < 0) ? index + rank : index));
	}

	static Traced size(Step step) {
		return Traced.scalar(step.symbols().product(step.shape(step.raw(0))));
	}

	static Traced reshape(Step step) {
		Traced input = step.raw(0);
		List<SymbolicInt> target;
		if (step.hasAttribute("shape")) {
			List<Long> attribute = step.integers("shape");
			target = (attribute != null) ? attribute.stream().map(SymbolicInt::of).toList() : null;
		}
		else {
			target = step.elements(1);
		}
		if (target == null) {
			return unknownShape(step, input, step.raw(1));
		}
		List<SymbolicInt> resolved = new ArrayList<>(target);
		int inferred = -1;
		for (int i = 0; i < resolved.size(); i++) {
			if (resolved.get(i).is(0) && step.integer("allowzero", 0) == 0) {
				resolved.set(i, copied(step, input, i));
			}
			else if (resolved.get(i).is(-1)) {
				inferred = i;
			}
		}
		if (inferred >= 0) {
			resolved.set(inferred, inferred(step, input, resolved, inferred));
		}
		return refold(step, input, resolved);
	}

	private static Traced unknownShape(Step step, Traced input, Traced target) {
		if (input.isBatched()) {
			throw step.unknown("the shape that it gives is not known");
		}
		step.checked(input);
		List<SymbolicInt> length = target.shape();
		boolean known = length != null && length.size() == 1 && length.get(0).isConstant()
				&& length.get(0).factor() < 64;
		return Traced.shared((length != null && known) ? step.unknownSizes((int) length.get(0).factor()) : null);
	}

	private static SymbolicInt copied(Step step, Traced input, int axis) {
		List<SymbolicInt> shape = input.shape();
		if (shape != null && axis < shape.size()) {
			return shape.get(axis);
		}
		if (axis == 0 && input.batch() != null && input.batch().axis() == 0 && input.batch().isPlain()) {
			return SymbolicInt.ROWS;
		}
		throw step.unknown("the size of dimension %d of its input is not known".formatted(axis));
	}

	private static SymbolicInt inferred(Step step, Traced input, List<SymbolicInt> target, int axis) {
		List<SymbolicInt> others = new ArrayList<>(target);
		others.remove(axis);
		SymbolicInt rest = step.symbols().product(others);
		if (input.shape() == null) {
			if (input.isBatched() && rest.perRow() == null) {
				throw step.unknown("the size that it infers is not known");
			}
			return step.unknownSize();
		}
		SymbolicInt whole = step.symbols().product(input.shape());
		SymbolicInt exact = whole.dividedBy(rest);
		if (exact != null) {
			return exact;
		}
		if (!whole.ofRows() && !rest.ofRows()) {
			return step.symbols().result("inferred", true, whole, rest);
		}
		SymbolicInt wholePerRow = whole.perRow();
		SymbolicInt restPerRow = rest.perRow();
		if (wholePerRow != null && restPerRow != null) {
			return step.symbols().result("inferred", true, wholePerRow, restPerRow);
		}
		throw step.unknown("whether a row fills whole rows of the new shape is not known");
	}

	/**
	 * Give a tensor a shape of the same number of elements. Their order stays, and with
	 * it what stands before the rows and after them; that tells where in the new shape
	 * the rows are.
	 */
	static Traced refold(Step step, Traced input, List<SymbolicInt> target) {
		BatchAxis batch = input.batch();
		List<SymbolicInt> shape = input.shape();
		int place = -1;
		for (int i = 0; i < target.size(); i++) {
			if (target.get(i).ofRows()) {
				if (place >= 0) {
					throw step.mixes("it gives two dimensions the size of the batch");
				}
				place = i;
			}
		}
		if (batch == null) {
			if (place >= 0) {
				throw step.mixes("it gives a tensor without rows the size of the batch");
			}
			return new Traced(target, null, input.content(), null, input.nonNegative(), null, null, null);
		}
		if (place < 0) {
			throw target.stream().allMatch(SymbolicInt::nonNegative)
					? step.mixes("it gives the rows of the batch a shape that has no place for them")
					: step.unknown("the shape that it gives is not known");
		}
		SymbolicInt perRow = target.get(place).perRow();
		if (perRow == null) {
			throw step.unknown("how the new shape depends on the size of the batch is not known");
		}
		Symbols symbols = step.symbols();
		SymbolicInt before = (batch.axis() == 0) ? batch.outer()
				: symbols.product(symbols.product(step.shape(input).subList(0, batch.axis())), batch.outer());
		SymbolicInt outer = before.dividedBy(symbols.product(target.subList(0, place)));
		SymbolicInt inner = (outer != null) ? perRow.dividedBy(outer) : null;
		if (inner == null && shape != null) {
			SymbolicInt after = symbols.product(symbols.product(shape.subList(batch.axis() + 1, shape.size())),
					batch.inner());
			inner = after.dividedBy(symbols.product(target.subList(place + 1, target.size())));
			outer = (inner != null) ? perRow.dividedBy(inner) : null;
		}
		if (outer == null || inner == null) {
			if (before.isConstant() && target.subList(0, place).stream().allMatch(SymbolicInt::isConstant)
					&& perRow.isConstant()) {
				throw step.mixes("the new shape does not keep the rows of the batch together");
			}
			throw step.unknown("whether the new shape keeps the rows of the batch together is not known");
		}
		Traced output = Traced.batched(target, new BatchAxis(place, outer, inner));
		return output.withPosition(position(step, input, target)).withNonNegative(input.nonNegative());
	}

	private static @Nullable Position position(Step step, Traced input, List<SymbolicInt> target) {
		Position position = input.position();
		if (position == null || position.component() < 0) {
			return position;
		}
		List<SymbolicInt> shape = step.shape(input);
		if (!shape.isEmpty() && !target.isEmpty()
				&& shape.get(shape.size() - 1).equals(target.get(target.size() - 1))) {
			return position;
		}
		throw step.mixes("it computes with the position of a row in the batch");
	}

	static Traced flatten(Step step) {
		if (step.padded().padding() != null) {
			return flattenPadded(step, step.padded());
		}
		Traced input = step.raw(0);
		List<SymbolicInt> shape = step.shape(input);
		long given = step.integer("axis", 1);
		int axis = (int) ((given < 0) ? given + shape.size() : given);
		if (axis < 0 || axis > shape.size()) {
			throw step.unknown("axis %d is outside of %d dimensions".formatted(given, shape.size()));
		}
		return refold(step, input, List.of(step.symbols().product(shape.subList(0, axis)),
				step.symbols().product(shape.subList(axis, shape.size()))));
	}

	/**
	 * Flatten rows of texts that are filled up: only a single text per row stays in one
	 * piece.
	 */
	private static Traced flattenPadded(Step step, Traced input) {
		List<SymbolicInt> shape = step.shape(input);
		boolean single = shape.subList(1, shape.size() - 1).stream().allMatch((size) -> size.is(1));
		if (step.integer("axis", 1) != 1 || !single) {
			step.checked(input);
		}
		return Traced.batched(List.of(shape.get(0), shape.get(shape.size() - 1)), input.batch())
			.withPadding(input.padding());
	}

	static Traced transpose(Step step) {
		Traced input = step.raw(0);
		List<Long> permutation = step.integers("perm");
		List<SymbolicInt> shape = input.shape();
		if (shape == null) {
			if (permutation == null || !input.isBatched()) {
				step.checked(input);
				if (input.isBatched()) {
					throw step.unknown("the number of dimensions of its input is not known");
				}
				return Traced.SHARED;
			}
			shape = step.unknownSizes(permutation.size());
		}
		if (shape.size() <= 1) {
			return input;
		}
		if (input.content() != null || (input.position() != null && input.position().component() >= 0)) {
			step.checked(input);
		}
		List<Integer> order = new ArrayList<>();
		for (int i = 0; i < shape.size(); i++) {
			order.add(shape.size() - 1 - i);
		}
		if (permutation != null) {
			order = step.axes(permutation, shape.size());
		}
		List<SymbolicInt> source = shape;
		return input.moved(order.stream().map(source::get).toList(),
				(input.batch() != null) ? order.indexOf(input.batch().axis()) : 0);
	}

	static Traced squeeze(Step step) {
		Traced input = step.raw(0);
		List<Long> axes = step.has(1) ? step.constants(1) : step.integers("axes");
		List<SymbolicInt> shape = input.shape();
		boolean given = step.has(1) || step.hasAttribute("axes");
		if (!given && input.isBatched()) {
			throw step.mixes("it removes each dimension of size one, and so the batch if it has one row");
		}
		if (shape == null || (given && axes == null)) {
			step.checked(input);
			if (input.isBatched()) {
				throw step.unknown("which dimensions it removes is not known");
			}
			return Traced.SHARED;
		}
		List<Integer> removed = new ArrayList<>();
		if (axes != null && given) {
			removed.addAll(step.axes(axes, shape.size()));
		}
		else if (!shape.stream().allMatch(SymbolicInt::isConstant)) {
			step.checked(input);
			return Traced.SHARED;
		}
		List<SymbolicInt> left = new ArrayList<>();
		int batchAxis = 0;
		for (int i = 0; i < shape.size(); i++) {
			if (given ? removed.contains(i) : shape.get(i).is(1)) {
				step.requireApart(input, i, "removes");
			}
			else {
				batchAxis = (input.batch() != null && input.batch().axis() == i) ? left.size() : batchAxis;
				left.add(shape.get(i));
			}
		}
		return reshaped(step, input, left, batchAxis);
	}

	static Traced unsqueeze(Step step) {
		Traced input = step.raw(0);
		List<Long> axes = step.has(1) ? step.constants(1) : step.integers("axes");
		if (axes == null || input.shape() == null) {
			step.checked(input);
			if (input.isBatched()) {
				throw step.unknown("which dimensions it inserts is not known");
			}
			return Traced.SHARED;
		}
		List<SymbolicInt> shape = new ArrayList<>(input.shape());
		List<Integer> places = new ArrayList<>(step.axes(axes, shape.size() + axes.size()));
		Collections.sort(places);
		int batchAxis = (input.batch() != null) ? input.batch().axis() : 0;
		for (int place : places) {
			if (place > shape.size()) {
				throw step.unknown("it inserts a dimension twice");
			}
			shape.add(place, SymbolicInt.ONE);
			batchAxis += (place <= batchAxis) ? 1 : 0;
		}
		return reshaped(step, input, shape, batchAxis);
	}

	/**
	 * Return a tensor with dimensions of size one inserted or removed.
	 */
	private static Traced reshaped(Step step, Traced input, List<SymbolicInt> shape, int batchAxis) {
		BatchAxis batch = (input.batch() != null) ? input.batch().at(batchAxis) : null;
		return new Traced(shape, batch, input.content(),
				(input.position() != null) ? position(step, input, shape) : null, input.nonNegative(), null, null,
				null);
	}

}
