package io.modelserving.model.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;

import io.modelserving.model.graph.ModelGraph.Attribute;
import io.modelserving.model.graph.Traced.Position;
import org.jspecify.annotations.Nullable;

/**
 * Rules of operators that make tensors of a given size: constants, ranges, repetition.
 */
final class Filling {

	private Filling() {
	}

	static Traced constant(Step step) {
		for (String name : List.of("value", "value_int", "value_ints", "value_float", "value_floats", "value_string",
				"value_strings")) {
			Attribute attribute = step.attribute(name);
			if (attribute != null && !attribute.tensors().isEmpty()) {
				return of(step.symbols(), attribute.tensors().get(0));
			}
			if (attribute != null && attribute.complete()) {
				return of(step.symbols(), attribute, !name.endsWith("s"));
			}
		}
		return Traced.SHARED;
	}

	private static Traced of(Symbols symbols, Attribute attribute, boolean single) {
		List<SymbolicInt> content = new ArrayList<>();
		attribute.integers().forEach((value) -> content.add(SymbolicInt.of(value)));
		attribute.reals().forEach((value) -> content.add(real(symbols, value)));
		if (!attribute.strings().isEmpty()) {
			return Traced.shared(single ? List.of() : List.of(SymbolicInt.of(attribute.strings().size())));
		}
		return (single && content.size() == 1) ? Traced.scalar(content.get(0)) : Traced.vector(content);
	}

	/**
	 * Return what is known of a constant. Elements of types that arithmetic can easily
	 * exceed are not followed.
	 */
	static Traced of(Symbols symbols, ConstantTensor tensor) {
		List<SymbolicInt> shape = tensor.dimensions().stream().map(SymbolicInt::of).toList();
		boolean small = tensor.dimensions()
			.stream()
			.mapToLong((size) -> Math.min(size, Traced.CONTENT_LIMIT + 1L))
			.reduce(1, (a, b) -> Math.min(a * b, Traced.CONTENT_LIMIT + 1L)) <= Traced.CONTENT_LIMIT;
		List<Long> integers = small ? tensor.integers() : null;
		if (integers != null && isFollowed(tensor.elementType())) {
			return Traced.content(shape, integers.stream().map(SymbolicInt::of).toList());
		}
		List<Double> reals = small ? tensor.reals() : null;
		if (reals != null && reals.size() <= 64) {
			return Traced.content(shape, reals.stream().map((value) -> real(symbols, value)).toList());
		}
		return Traced.shared(shape);
	}

	static boolean isFollowed(ElementType type) {
		return switch (type) {
			case INT32, INT64, UINT32, UINT64, BOOL, FLOAT, DOUBLE -> true;
			default -> false;
		};
	}

	private static SymbolicInt real(Symbols symbols, double value) {
		return (value == Math.rint(value) && Math.abs(value) < (1L << 31)) ? SymbolicInt.of((long) value)
				: symbols.fraction(value >= 0);
	}

	static Traced cast(Step step) {
		Traced input = step.raw(0);
		ElementType type = ElementType.of((int) step.integer("to", 0));
		if (input.position() != null && type != ElementType.INT64 && type != ElementType.INT32) {
			throw step.mixes("it computes with the position of a row in the batch");
		}
		List<SymbolicInt> content = input.content();
		if (content == null || input.shape() == null) {
			return new Traced(input.shape(), input.batch(), null, input.position(),
					input.nonNegative() && isFollowed(type), null, input.items(), null);
		}
		boolean followed = isFollowed(type) && type != ElementType.BOOL;
		boolean signed = type != ElementType.UINT32 && type != ElementType.UINT64;
		return Traced.content(input.shape(), content.stream().map((element) -> {
			if (type == ElementType.BOOL && element.isConstant()) {
				return SymbolicInt.of(element.is(0) ? 0 : 1);
			}
			if (followed && (signed || element.nonNegative())) {
				return type.isReal() ? element : step.symbols().whole("Trunc", element);
			}
			return step.symbols().result("cast" + type, element.nonNegative(), element);
		}).toList());
	}

	/**
	 * The rule of CastLike, whose second input says no more than a type.
	 */
	static Traced castLike(Step step) {
		Traced input = step.input(0);
		return Traced.batched(input.shape(), input.batch());
	}

	/**
	 * The rule of Dropout, which does nothing unless it is in training mode.
	 */
	static List<Traced> dropout(Step step) {
		List<SymbolicInt> mode = step.has(2) ? step.elements(2) : List.of(SymbolicInt.ZERO);
		if (mode == null || mode.size() != 1 || !mode.get(0).is(0)) {
			throw step.unknown("it may be in training mode, and then drops elements at random");
		}
		Traced input = step.input(0);
		Traced output = Traced.batched(input.shape(), input.batch());
		return List.of(output, output);
	}

	static Traced constantOfShape(Step step) {
		List<SymbolicInt> sizes = step.elements(0);
		if (sizes == null) {
			return Traced.SHARED;
		}
		Traced filled = filled(step, sizes);
		Attribute value = step.attribute("value");
		boolean small = filled.batch() == null && sizes.stream().allMatch(SymbolicInt::isConstant);
		SymbolicInt count = step.symbols().product(sizes);
		if (!small || !count.isConstant() || count.factor() < 0 || count.factor() > Traced.CONTENT_LIMIT) {
			return filled;
		}
		SymbolicInt element = SymbolicInt.ZERO;
		if (value != null) {
			List<SymbolicInt> content = value.tensors().isEmpty() ? null
					: of(step.symbols(), value.tensors().get(0)).content();
			if (content == null || content.size() != 1) {
				return filled;
			}
			element = content.get(0);
		}
		return Traced.content(sizes, Collections.nCopies((int) count.factor(), element));
	}

	/**
	 * Return a tensor of a given shape whose elements are all equal.
	 */
	private static Traced filled(Step step, List<SymbolicInt> sizes) {
		BatchAxis batch = null;
		for (int axis = 0; axis < sizes.size(); axis++) {
			if (sizes.get(axis).ofRows()) {
				SymbolicInt perRow = sizes.get(axis).perRow();
				if (perRow == null || batch != null) {
					throw step.mixes("the size that it gives depends on the number of rows in another way than once");
				}
				batch = new BatchAxis(axis, SymbolicInt.ONE, perRow);
			}
		}
		return Traced.batched(sizes, batch);
	}

	static Traced range(Step step) {
		List<SymbolicInt> start = step.elements(0);
		List<SymbolicInt> limit = step.elements(1);
		List<SymbolicInt> delta = step.elements(2);
		if (start == null || limit == null || delta == null || start.size() != 1 || limit.size() != 1
				|| delta.size() != 1) {
			step.inputs();
			return Traced.shared(step.unknownSizes(1));
		}
		SymbolicInt from = start.get(0);
		SymbolicInt to = limit.get(0);
		SymbolicInt by = delta.get(0);
		if (from.is(0) && by.is(1) && to.equals(SymbolicInt.ROWS)) {
			return Traced.batched(List.of(to), new BatchAxis(0))
				.withPosition(new Position(SymbolicInt.ONE, true, Position.ALL))
				.withNonNegative(true);
		}
		step.inputs();
		boolean constant = from.isConstant() && to.isConstant() && by.isConstant() && by.factor() != 0;
		if (constant && Math.abs((to.factor() - from.factor()) / by.factor()) < Traced.CONTENT_LIMIT) {
			long count = Math.max(0, -Math.floorDiv(from.factor() - to.factor(), by.factor()));
			return Traced.vector(LongStream.range(0, count)
				.mapToObj((i) -> SymbolicInt.of(from.factor() + i * by.factor()))
				.toList());
		}
		SymbolicInt size = (from.is(0) && by.is(1) && to.nonNegative()) ? to
				: step.symbols().result("range", true, from, to, by);
		return Traced.shared(List.of(size)).withNonNegative(from.nonNegative() && by.nonNegative());
	}

	static Traced expand(Step step) {
		Traced input = step.raw(0);
		List<SymbolicInt> target = step.elements(1);
		if (target == null) {
			step.checked(input);
			if (input.isBatched()) {
				throw step.unknown("the shape that it gives is not known");
			}
			return Traced.SHARED;
		}
		if (target.stream().anyMatch((size) -> size.isConstant() && size.factor() < 0)) {
			throw step.unknown("the shape that it gives has a negative size");
		}
		if (input.position() != null && input.position().component() != Position.ALL) {
			step.checked(input);
		}
		if (input.content() != null && input.content().size() != 1) {
			step.checked(input);
		}
		if (input.content() != null && input.content().size() == 1) {
			return expandedElement(step, input, input.content().get(0), target);
		}
		Traced output = Elementwise.broadcast(step, List.of(input, filledLike(step, input, target)));
		return output.withPosition(input.position()).withNonNegative(input.nonNegative());
	}

	/**
	 * Return what a tensor is broadcast with when it is expanded: where it has a folded
	 * batch, the other has to be folded alike, which elements that are all equal are.
	 */
	private static Traced filledLike(Step step, Traced input, List<SymbolicInt> target) {
		Traced filled = filled(step, target);
		BatchAxis own = input.batch();
		List<SymbolicInt> shape = input.shape();
		if (own == null || filled.batch() == null || shape == null) {
			return filled;
		}
		boolean aligned = own.axis() - shape.size() == filled.batch().axis() - target.size();
		boolean equal = aligned && shape.get(own.axis()).equals(target.get(filled.batch().axis()));
		return equal ? Traced.batched(target, own.at(filled.batch().axis())) : filled;
	}

	private static Traced expandedElement(Step step, Traced input, SymbolicInt element, List<SymbolicInt> target) {
		if (element.ofRows()) {
			step.checked(input);
		}
		Traced output = Elementwise.broadcast(step, List.of(Traced.shared(input.shape()), filled(step, target)));
		SymbolicInt count = (output.shape() != null) ? step.symbols().product(output.shape()) : SymbolicInt.of(-1);
		if (output.shape() == null || output.isBatched() || !count.isConstant() || count.factor() < 0
				|| count.factor() > Traced.CONTENT_LIMIT) {
			return output.withNonNegative(element.nonNegative());
		}
		return Traced.content(output.shape(), Collections.nCopies((int) count.factor(), element));
	}

	static Traced tile(Step step) {
		Traced input = step.input(0);
		List<SymbolicInt> repeats = step.elements(1);
		if (repeats == null || input.shape() == null) {
			if (input.isBatched()) {
				throw step.unknown("how often it repeats its input is not known");
			}
			return Traced.SHARED;
		}
		List<SymbolicInt> shape = new ArrayList<>();
		BatchAxis batch = input.batch();
		for (int axis = 0; axis < Math.min(repeats.size(), input.shape().size()); axis++) {
			SymbolicInt repeat = repeats.get(axis);
			SymbolicInt size = input.shape().get(axis);
			shape.add(step.symbols().product(size, repeat));
			if (repeat.ofRows()) {
				batch = tiledByRows(step, batch, axis, size, repeat);
			}
			else if (batch != null && batch.axis() == axis) {
				batch = new BatchAxis(axis, step.symbols().product(repeat, batch.outer()), batch.inner());
			}
		}
		return Traced.batched(shape, batch);
	}

	private static BatchAxis tiledByRows(Step step, @Nullable BatchAxis batch, int axis, SymbolicInt size,
			SymbolicInt repeat) {
		SymbolicInt perRow = repeat.perRow();
		if (batch != null || perRow == null) {
			throw step.mixes("it repeats its input by the number of rows in the batch");
		}
		return new BatchAxis(axis, SymbolicInt.ONE, step.symbols().product(size, perRow));
	}

}
