package io.modelserving.tensor;

import java.util.Arrays;

/**
 * Dimensions of a tensor, outermost first. A dimension of {@value #DYNAMIC} stands for
 * any size: a shape that has one is the pattern of a {@link TensorSpec}, not the shape of
 * a tensor. Rank 0 is a scalar; a dimension of 0 makes an empty tensor. Immutable.
 */
public final class Shape {

	/** Size of a dimension that may be of any size. */
	public static final long DYNAMIC = -1;

	/**
	 * Pattern of a tensor whose rank is not known: it accepts any shape. Apart from that
	 * it looks like one dynamic dimension.
	 */
	public static final Shape ANY = new Shape(new long[] { DYNAMIC });

	private final long[] dimensions;

	private Shape(long[] dimensions) {
		this.dimensions = dimensions;
	}

	/**
	 * Create a shape.
	 * @param dimensions the dimensions, each at least 0 or {@link #DYNAMIC}
	 * @return the shape
	 * @throws IllegalArgumentException if a dimension is below {@link #DYNAMIC}
	 */
	public static Shape of(long... dimensions) {
		for (long dimension : dimensions) {
			if (dimension < DYNAMIC) {
				throw new IllegalArgumentException(
						"shape %s has the negative dimension %d".formatted(Arrays.toString(dimensions), dimension));
			}
		}
		return new Shape(dimensions.clone());
	}

	public int rank() {
		return this.dimensions.length;
	}

	/**
	 * Return whether this is a shape or pattern of a certain rank.
	 * @return {@code false} for {@link #ANY} only
	 */
	public boolean hasKnownRank() {
		return this != ANY;
	}

	/**
	 * Return one dimension.
	 * @param index the index, 0 being the outermost
	 * @return the size, or {@link #DYNAMIC}
	 */
	public long dimension(int index) {
		return this.dimensions[index];
	}

	public long[] toArray() {
		return this.dimensions.clone();
	}

	/**
	 * Return whether any dimension is {@link #DYNAMIC}.
	 * @return {@code true} if this is a pattern
	 */
	public boolean isDynamic() {
		for (long dimension : this.dimensions) {
			if (dimension == DYNAMIC) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Return the number of elements of a tensor of this shape.
	 * @return the product of the dimensions, 1 for a scalar
	 * @throws IllegalStateException if the shape is dynamic
	 * @throws ArithmeticException if the product exceeds the range of {@code long}
	 */
	public long elementCount() {
		if (isDynamic()) {
			throw new IllegalStateException("shape " + this + " has dynamic dimensions");
		}
		return product(0);
	}

	/**
	 * Return the number of elements of a tensor that is to be made. An empty tensor is
	 * limited by its other dimensions: native code multiplies them, and an operator may
	 * make a tensor of their size out of it.
	 * @return the product of the dimensions
	 * @throws IllegalArgumentException if no tensor can have this shape
	 */
	int requireElementCount() {
		if (isDynamic()) {
			throw new IllegalArgumentException(
					"shape %s has dynamic dimensions; that of a tensor must not".formatted(this));
		}
		try {
			int others = 1;
			for (long dimension : this.dimensions) {
				others = Math.toIntExact(Math.multiplyExact(others, Math.max(1, dimension)));
			}
			return (product(0) == 0) ? 0 : others;
		}
		catch (ArithmeticException ex) {
			throw new IllegalArgumentException(
					"shape %s has too many elements; a tensor holds at most %d".formatted(this, Integer.MAX_VALUE), ex);
		}
	}

	/**
	 * Return the number of elements of one row, the first dimension being the rows.
	 * @return the product of all dimensions but the first
	 * @throws IllegalStateException if this is a scalar
	 * @throws ArithmeticException if the product exceeds the range of {@code long}
	 */
	public long elementsPerRow() {
		if (rank() == 0) {
			throw new IllegalStateException("a scalar has no rows");
		}
		return product(1);
	}

	private long product(int from) {
		for (int i = from; i < this.dimensions.length; i++) {
			if (this.dimensions[i] == 0) {
				return 0;
			}
		}
		long product = 1;
		for (int i = from; i < this.dimensions.length; i++) {
			product = Math.multiplyExact(product, this.dimensions[i]);
		}
		return product;
	}

	/**
	 * Return this shape with one dimension replaced.
	 * @param index the index of the dimension
	 * @param size its new size
	 * @return the new shape
	 */
	public Shape with(int index, long size) {
		long[] copy = toArray();
		copy[index] = size;
		return of(copy);
	}

	/**
	 * Return the shape of a part of a tensor of this shape.
	 * @throws IndexOutOfBoundsException if there is no such part
	 */
	Shape part(int axis, int from, int to) {
		if (axis >= rank()) {
			throw new IllegalStateException(
					(rank() == 0) ? "a scalar has no rows" : "the shape %s has no dimension %d".formatted(this, axis));
		}
		if (from < 0 || to < from || to > this.dimensions[axis]) {
			throw new IndexOutOfBoundsException(
					(axis == 0) ? "rows %d to %d of %d".formatted(from, to, this.dimensions[0])
							: "%d to %d of dimension %d of the shape %s".formatted(from, to, axis, this));
		}
		return with(axis, to - from);
	}

	/**
	 * Return whether a tensor of the given shape fits this pattern.
	 * @param actual the shape of a tensor
	 * @return {@code true} if this is {@link #ANY}, or if the ranks are equal and each
	 * dimension is equal or {@link #DYNAMIC} here
	 */
	public boolean accepts(Shape actual) {
		if (!hasKnownRank()) {
			return true;
		}
		if (rank() != actual.rank()) {
			return false;
		}
		for (int i = 0; i < rank(); i++) {
			if (this.dimensions[i] != DYNAMIC && this.dimensions[i] != actual.dimensions[i]) {
				return false;
			}
		}
		return true;
	}

	@Override
	public boolean equals(Object other) {
		return other instanceof Shape shape && hasKnownRank() == shape.hasKnownRank()
				&& Arrays.equals(this.dimensions, shape.dimensions);
	}

	@Override
	public int hashCode() {
		return Arrays.hashCode(this.dimensions);
	}

	/**
	 * Return the dimensions as users write them.
	 * @return for instance {@code [-1, 28, 28]}, and {@code [...]} for {@link #ANY}
	 */
	@Override
	public String toString() {
		return hasKnownRank() ? Arrays.toString(this.dimensions) : "[...]";
	}

}
