package io.modelserving.model.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * An integer that is known up to symbols: a factor times atoms. Equal objects stand for
 * equal numbers; different ones may do so, too. Immutable.
 *
 * @param factor the factor
 * @param atoms the atoms in their order, none if the factor is 0
 */
record SymbolicInt(long factor, List<Atom> atoms) {

	static final SymbolicInt ZERO = of(0);

	static final SymbolicInt ONE = of(1);

	/** The number of rows of the batch. */
	static final SymbolicInt ROWS = of(Atom.ROWS);

	static SymbolicInt of(long value) {
		return new SymbolicInt(value, List.of());
	}

	static SymbolicInt of(Atom atom) {
		return new SymbolicInt(1, List.of(atom));
	}

	boolean isConstant() {
		return this.atoms.isEmpty();
	}

	boolean is(long value) {
		return isConstant() && this.factor == value;
	}

	boolean ofRows() {
		return this.atoms.stream().anyMatch(Atom::ofRows);
	}

	boolean whole() {
		return this.atoms.stream().allMatch(Atom::whole);
	}

	boolean nonNegative() {
		return this.factor >= 0 && this.atoms.stream().allMatch(Atom::nonNegative);
	}

	/**
	 * Return the number per row of something that is proportional to the number of rows.
	 * @return the quotient, or {@code null} if this is not known to be the number of rows
	 * times something that is the same for any number
	 */
	@Nullable SymbolicInt perRow() {
		SymbolicInt quotient = dividedBy(ROWS);
		return (quotient == null || quotient.ofRows()) ? null : quotient;
	}

	/**
	 * Multiply.
	 * @return the product, or {@code null} if it does not fit
	 */
	@Nullable SymbolicInt times(SymbolicInt other) {
		long high = Math.multiplyHigh(this.factor, other.factor);
		long low = this.factor * other.factor;
		if (high != (low >> 63) || this.atoms.size() + other.atoms.size() > 16) {
			return null;
		}
		if (low == 0) {
			return ZERO;
		}
		List<Atom> all = new ArrayList<>(this.atoms);
		all.addAll(other.atoms);
		Collections.sort(all);
		return new SymbolicInt(low, List.copyOf(all));
	}

	/**
	 * Divide without remainder.
	 * @return the quotient, or {@code null} if the division may leave a remainder
	 */
	@Nullable SymbolicInt dividedBy(SymbolicInt other) {
		if (other.factor == 0 || this.factor % other.factor != 0
				|| (this.factor == Long.MIN_VALUE && other.factor == -1)) {
			return null;
		}
		if (this.factor == 0) {
			return other.isConstant() ? ZERO : null;
		}
		List<Atom> rest = new ArrayList<>(this.atoms);
		for (Atom atom : other.atoms) {
			if (!rest.remove(atom)) {
				return null;
			}
		}
		return new SymbolicInt(this.factor / other.factor, List.copyOf(rest));
	}

	@Override
	public String toString() {
		if (isConstant()) {
			return Long.toString(this.factor);
		}
		String product = String.join("*", this.atoms.stream().map(Atom::toString).toList());
		return (this.factor == 1) ? product : this.factor + "*" + product;
	}

}
