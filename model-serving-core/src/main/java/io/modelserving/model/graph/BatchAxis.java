package io.modelserving.model.graph;

/**
 * The axis of a tensor that carries the rows of a batch. Its size is
 * {@code outer * rows * inner}: for each of {@code outer} numbers each row has
 * {@code inner} neighbouring elements, as when axes were folded into one.
 *
 * @param axis the axis, counted from 0
 * @param outer what was folded in before the rows, the same for any number of rows
 * @param inner what was folded in after the rows, the same for any number of rows
 */
record BatchAxis(int axis, SymbolicInt outer, SymbolicInt inner) {

	BatchAxis(int axis) {
		this(axis, SymbolicInt.ONE, SymbolicInt.ONE);
	}

	BatchAxis at(int axis) {
		return new BatchAxis(axis, this.outer, this.inner);
	}

	/**
	 * Return whether nothing is folded in, so that each element of the axis is a row.
	 */
	boolean isPlain() {
		return this.outer.is(1) && this.inner.is(1);
	}

	boolean foldsAs(BatchAxis other) {
		return this.outer.equals(other.outer) && this.inner.equals(other.inner);
	}

}
