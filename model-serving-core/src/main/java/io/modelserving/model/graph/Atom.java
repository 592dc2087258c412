package io.modelserving.model.graph;

import java.util.List;

/**
 * A factor of a {@link SymbolicInt}: the number of rows of the batch, something that is
 * not known but the same for all rows, or a sum. Atoms are equal only if they are the
 * same object.
 *
 * @see Symbols
 */
final class Atom implements Comparable<Atom> {

	/** The number of rows, at least one. */
	static final Atom ROWS = new Atom(0, true, true, true, List.of());

	private final int id;

	private final boolean ofRows;

	private final boolean nonNegative;

	private final boolean whole;

	private final List<SymbolicInt> terms;

	/**
	 * Create an atom.
	 * @param id the place in the order of atoms
	 * @param ofRows whether the value can change with the number of rows
	 * @param nonNegative whether the value is known to be at least zero
	 * @param whole whether the value is known to have no fraction
	 * @param terms the terms of a sum, or nothing
	 */
	Atom(int id, boolean ofRows, boolean nonNegative, boolean whole, List<SymbolicInt> terms) {
		this.id = id;
		this.ofRows = ofRows;
		this.nonNegative = nonNegative;
		this.whole = whole;
		this.terms = terms;
	}

	boolean ofRows() {
		return this.ofRows;
	}

	boolean nonNegative() {
		return this.nonNegative;
	}

	boolean whole() {
		return this.whole;
	}

	List<SymbolicInt> terms() {
		return this.terms;
	}

	@Override
	public int compareTo(Atom other) {
		return Integer.compare(this.id, other.id);
	}

	@Override
	public String toString() {
		return (this.ofRows ? "b" : "s") + this.id;
	}

}
