package io.modelserving.model.graph;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a value, for any number of rows in the batch. Immutable.
 * <ul>
 * <li>With a batch axis: the part of each row is what the row alone gives, but for
 * {@link #position}.
 * <li>Without one: the value is the same whatever the rows are, and whatever their
 * number, but for {@link #content}.
 * <li>With a failure: neither is known.
 * </ul>
 *
 * @param shape the dimensions, or {@code null} if not even their number is known
 * @param batch the axis that carries the batch, or {@code null}
 * @param content the elements of a small tensor without a batch axis, one by one, or
 * {@code null}; these may contain the number of rows
 * @param position how elements of a tensor with a batch axis contain the number of their
 * row, or {@code null} if they do not
 * @param nonNegative whether all elements are known to be at least zero
 * @param failure why nothing is known, or {@code null}
 * @param items the items of a sequence, or {@code null} for anything else
 * @param padding the text with which rows are filled up along the last axis to the length
 * of the longest in the batch, or {@code null} if they are not
 */
record Traced(@Nullable List<SymbolicInt> shape, @Nullable BatchAxis batch, @Nullable List<SymbolicInt> content,
		@Nullable Position position, boolean nonNegative, @Nullable RowIndependence failure,
		@Nullable List<Traced> items, @Nullable String padding) {

	static final int CONTENT_LIMIT = 1024;

	/** A value without a batch axis of which nothing else is known. */
	static final Traced SHARED = shared(null);

	Traced {
		shape = (shape != null) ? List.copyOf(shape) : null;
		content = (content != null) ? List.copyOf(content) : null;
		items = (items != null) ? List.copyOf(items) : null;
	}

	static Traced shared(@Nullable List<SymbolicInt> shape) {
		return new Traced(shape, null, null, null, false, null, null, null);
	}

	static Traced batched(@Nullable List<SymbolicInt> shape, @Nullable BatchAxis batch) {
		return new Traced(shape, batch, null, null, false, null, null, null);
	}

	static Traced content(List<SymbolicInt> shape, List<SymbolicInt> content) {
		boolean nonNegative = content.stream().allMatch(SymbolicInt::nonNegative);
		return new Traced(shape, null, (content.size() <= CONTENT_LIMIT) ? content : null, null, nonNegative, null,
				null, null);
	}

	static Traced vector(List<SymbolicInt> content) {
		return content(List.of(SymbolicInt.of(content.size())), content);
	}

	static Traced scalar(SymbolicInt content) {
		return content(List.of(), List.of(content));
	}

	static Traced failed(RowIndependence failure) {
		return new Traced(null, null, null, null, false, failure, null, null);
	}

	static Traced sequence(List<Traced> items) {
		return new Traced(null, null, null, null, false, null, items, null);
	}

	boolean isBatched() {
		return this.batch != null;
	}

	/**
	 * Return whether elements contain the number of rows.
	 */
	boolean countsRows() {
		return this.content != null && this.content.stream().anyMatch(SymbolicInt::ofRows);
	}

	/**
	 * Return whether this is the same whatever the rows are, and however many.
	 */
	boolean isConstant() {
		return this.batch == null && this.failure == null && !countsRows()
				&& (this.items == null || this.items.stream().allMatch(Traced::isConstant));
	}

	/**
	 * Return this value in another shape, the batch being where it is said to be.
	 */
	Traced moved(@Nullable List<SymbolicInt> newShape, int axis) {
		return new Traced(newShape, (this.batch != null) ? this.batch.at(axis) : null, null, this.position,
				this.nonNegative, null, null, null);
	}

	Traced withNonNegative(boolean value) {
		return new Traced(this.shape, this.batch, this.content, this.position, value, this.failure, this.items,
				this.padding);
	}

	Traced withPosition(@Nullable Position value) {
		return new Traced(this.shape, this.batch, this.content, value, this.nonNegative, this.failure, this.items,
				this.padding);
	}

	Traced withPadding(@Nullable String value) {
		return new Traced(this.shape, this.batch, this.content, this.position, this.nonNegative, this.failure,
				this.items, value);
	}

	/**
	 * How elements contain the number of their row: that number times a stride, plus
	 * something at least zero that the row alone gives.
	 *
	 * @param stride the stride
	 * @param exact whether nothing is added
	 * @param component which element along the last axis does so, or -1 if all do
	 */
	record Position(SymbolicInt stride, boolean exact, int component) {

		static final int ALL = -1;

		/** They contain the number in a way that is not followed. */
		static final Position SOMEHOW = new Position(SymbolicInt.ONE, false, -2);

		boolean isRow() {
			return this.exact && this.stride.is(1);
		}

	}

}
