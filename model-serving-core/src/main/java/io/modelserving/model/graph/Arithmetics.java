package io.modelserving.model.graph;

import java.util.List;

import io.modelserving.model.graph.Elementwise.Arithmetic;
import io.modelserving.model.graph.Traced.Position;
import org.jspecify.annotations.Nullable;

/**
 * What operators do with small integers, such as those of shapes, and with the positions
 * of rows.
 */
final class Arithmetics {

	private Arithmetics() {
	}

	static Arithmetic plus() {
		return (symbols, operands) -> symbols.sum(operands.get(0), operands.get(1));
	}

	static Arithmetic minus() {
		return (symbols, operands) -> symbols.difference(operands.get(0), operands.get(1));
	}

	static Arithmetic times() {
		return (symbols, operands) -> symbols.product(operands.get(0), operands.get(1));
	}

	static Arithmetic over() {
		return (symbols, operands) -> symbols.quotient(operands.get(0), operands.get(1));
	}

	/**
	 * Something that is not computed, but is at least zero if that is known of all
	 * operands.
	 */
	static Arithmetic opaque(String operation) {
		return (symbols, operands) -> symbols.result(operation, operands.stream().allMatch(SymbolicInt::nonNegative),
				operands.toArray(SymbolicInt[]::new));
	}

	static Arithmetic negative() {
		return (symbols, operands) -> symbols.product(SymbolicInt.of(-1), operands.get(0));
	}

	static Arithmetic absolute() {
		return (symbols, operands) -> operands.get(0).nonNegative() ? operands.get(0)
				: symbols.result("absolute", true, operands.get(0));
	}

	/**
	 * Rounding, which keeps integers as they are.
	 */
	static Arithmetic rounded(String operation) {
		return (symbols, operands) -> symbols.whole(operation, operands.get(0));
	}

	static Arithmetic extreme(boolean most) {
		return (symbols, operands) -> {
			SymbolicInt extreme = operands.get(0);
			for (SymbolicInt other : operands) {
				if (extreme.isConstant() && other.isConstant()) {
					extreme = SymbolicInt.of(most ? Math.max(extreme.factor(), other.factor())
							: Math.min(extreme.factor(), other.factor()));
				}
				else if (!extreme.equals(other)) {
					boolean nonNegative = most ? (extreme.nonNegative() || other.nonNegative())
							: (extreme.nonNegative() && other.nonNegative());
					extreme = symbols.result(most ? "max" : "min", nonNegative, extreme, other);
				}
			}
			return extreme;
		};
	}

	static Arithmetic equal() {
		return (symbols, operands) -> {
			Boolean equal = symbols.equal(operands.get(0), operands.get(1));
			return (equal != null) ? SymbolicInt.of(equal ? 1 : 0)
					: symbols.result("equal", true, operands.get(0), operands.get(1));
		};
	}

	/**
	 * An order of two numbers.
	 * @param sign what the comparison of the first with the second has to give
	 * @param orEqual whether equal numbers satisfy it, too
	 */
	static Arithmetic ordered(int sign, boolean orEqual) {
		return (symbols, operands) -> {
			SymbolicInt difference = symbols.difference(operands.get(0), operands.get(1));
			if (difference.isConstant()) {
				int order = Long.signum(difference.factor());
				return SymbolicInt.of((order == sign || (orEqual && order == 0)) ? 1 : 0);
			}
			return symbols.result("order" + sign + orEqual, true, operands.get(0), operands.get(1));
		};
	}

	static Arithmetic logical(String operation) {
		return (symbols, operands) -> {
			if (!operands.stream().allMatch(SymbolicInt::isConstant)) {
				return symbols.result(operation, true, operands.toArray(SymbolicInt[]::new));
			}
			boolean first = !operands.get(0).is(0);
			boolean last = !operands.get(operands.size() - 1).is(0);
			return SymbolicInt.of(switch (operation) {
				case "And" -> first && last;
				case "Or" -> first || last;
				case "Xor" -> first != last;
				default -> !first;
			} ? 1 : 0);
		};
	}

	static Arithmetic chosen() {
		return (symbols, operands) -> {
			SymbolicInt condition = operands.get(0);
			SymbolicInt a = operands.get(1);
			SymbolicInt b = operands.get(2);
			if (a.equals(b)) {
				return a;
			}
			if (condition.isConstant()) {
				return condition.is(0) ? b : a;
			}
			return symbols.result("where", a.nonNegative() && b.nonNegative(), condition, a, b);
		};
	}

	/**
	 * The rule of Add for positions of rows: something at least zero may be added to
	 * them.
	 */
	static List<Traced> add(Step step) {
		Traced moved = shifted(step, 0, 1);
		moved = (moved != null) ? moved : shifted(step, 1, 0);
		return (moved != null) ? List.of(moved) : Elementwise.arithmetic(plus()).apply(step);
	}

	private static @Nullable Traced shifted(Step step, int positioned, int other) {
		Position position = step.raw(positioned).position();
		Traced added = step.raw(other);
		if (position == null || position.component() != Position.ALL || added.position() != null || added.countsRows()
				|| !added.nonNegative()) {
			return null;
		}
		Traced sum = Elementwise.broadcast(step, List.of(step.raw(positioned), added));
		return sum.withPosition(new Position(position.stride(), false, Position.ALL)).withNonNegative(true);
	}

	/**
	 * The rule of Mul for positions of rows: they may be multiplied by a size.
	 */
	static List<Traced> multiply(Step step) {
		Traced scaled = scaled(step, 0, 1);
		scaled = (scaled != null) ? scaled : scaled(step, 1, 0);
		return (scaled != null) ? List.of(scaled) : Elementwise.arithmetic(times()).apply(step);
	}

	private static @Nullable Traced scaled(Step step, int positioned, int other) {
		Position position = step.raw(positioned).position();
		List<SymbolicInt> factor = step.raw(other).content();
		if (position == null || position.component() != Position.ALL || factor == null || factor.size() != 1
				|| !factor.get(0).nonNegative() || factor.get(0).ofRows()) {
			return null;
		}
		Traced product = Elementwise.broadcast(step, List.of(step.raw(positioned), step.raw(other)));
		SymbolicInt stride = step.symbols().product(position.stride(), factor.get(0));
		return product.withPosition(new Position(stride, position.exact(), Position.ALL)).withNonNegative(true);
	}

	/**
	 * The rule of Mod: with the sign of the divisor, the result is at least zero if the
	 * divisor is.
	 */
	static List<Traced> modulo(Step step) {
		Arithmetic modulo = (symbols, operands) -> {
			SymbolicInt a = operands.get(0);
			SymbolicInt b = operands.get(1);
			if (a.isConstant() && b.isConstant() && a.factor() >= 0 && b.factor() > 0) {
				return SymbolicInt.of(a.factor() % b.factor());
			}
			return symbols.result("modulo", a.nonNegative() && b.nonNegative(), a, b);
		};
		Traced output = Elementwise.arithmetic(modulo).apply(step).get(0);
		boolean signOfDivisor = step.integer("fmod", 0) == 0 && step.raw(1).nonNegative();
		return List.of(output.withNonNegative(output.nonNegative() || signOfDivisor));
	}

}
