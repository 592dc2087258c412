package io.modelserving.model.graph;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;

import org.jspecify.annotations.Nullable;

/**
 * What the consumers of a value ask of its elements. Immutable.
 *
 * @param lowest the lowest value that fits
 * @param highest the highest value that fits
 * @param categories the values that the graph compares with or looks up; empty if it does
 * neither
 * @param leading the values that the first elements need, where each has its own meaning
 * @param decidesSize whether the values decide a size or a count
 */
record Demand(double lowest, double highest, List<Object> categories, List<Long> leading, boolean decidesSize) {

	static final Demand NONE = new Demand(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, List.of(), List.of(),
			false);

	/** Axes, and whatever else must differ from element to element. */
	static final Demand DISTINCT = NONE.starting(0, 1, 2, 3, 4, 5, 6, 7);

	/** The target shape that fits any number of elements. */
	static final Demand ANY_SHAPE = between(1, 1).starting(-1);

	static Demand between(double lowest, double highest) {
		return new Demand(lowest, highest, List.of(), List.of(), false);
	}

	static Demand size(long lowest, long highest) {
		return new Demand(lowest, highest, List.of(), List.of(), true);
	}

	/**
	 * Ask for an index.
	 * @param size the size of what is indexed, or a negative number if it is not known
	 */
	static Demand index(long size) {
		return between(0, Math.max(0, size - 1));
	}

	static Demand oneOf(List<?> categories) {
		return new Demand(NONE.lowest, NONE.highest, new ArrayList<>(categories), List.of(), false);
	}

	Demand starting(long... values) {
		return new Demand(this.lowest, this.highest, this.categories, LongStream.of(values).boxed().toList(),
				this.decidesSize);
	}

	/**
	 * Ask for what this and another demand ask for. Of two ranges without a common value
	 * the first stays: there is no input that fits, and the model says so.
	 */
	Demand and(Demand other) {
		double low = Math.max(this.lowest, other.lowest);
		double high = Math.min(this.highest, other.highest);
		Set<Object> all = new LinkedHashSet<>(this.categories);
		all.addAll(other.categories);
		return new Demand((low <= high) ? low : this.lowest, (low <= high) ? high : this.highest, List.copyOf(all),
				this.leading.isEmpty() ? other.leading : this.leading, this.decidesSize || other.decidesSize);
	}

	/**
	 * Return what is asked of {@code x} where this is asked of
	 * {@code x * factor + offset}.
	 * @param leastOffset the least offset
	 * @param mostOffset the most, where elements have offsets of their own
	 */
	Demand before(double factor, double leastOffset, double mostOffset) {
		double one = (this.lowest - leastOffset) / factor;
		double other = (this.highest - mostOffset) / factor;
		return new Demand(Math.min(one, other), Math.max(one, other), List.of(), List.of(), this.decidesSize);
	}

	boolean isNone() {
		return equals(NONE);
	}

	@Nullable Long lowestInteger() {
		return Double.isInfinite(this.lowest) ? null : (long) Math.ceil(this.lowest);
	}

	@Nullable Long highestInteger() {
		return Double.isInfinite(this.highest) ? null : (long) Math.floor(this.highest);
	}

}
