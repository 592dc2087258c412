package io.modelserving.model.graph;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a slice cuts out of one dimension. Immutable.
 *
 * @param start the first index, or {@code null} if it is not known
 * @param end the index after the last, or {@code null} if it is not known
 * @param step the step, or {@code null} if it is not known
 */
record Cut(@Nullable SymbolicInt start, @Nullable SymbolicInt end, @Nullable SymbolicInt step) {

	/** Ends of slices that mean the end of the dimension, whatever its size is. */
	private static final long END = Integer.MAX_VALUE;

	boolean isWhole(SymbolicInt size) {
		return this.start != null && this.end != null && this.step != null && this.start.is(0) && this.step.is(1)
				&& (this.end.equals(size) || (this.end.isConstant() && this.end.factor() >= END));
	}

	private boolean isConstant() {
		return this.start != null && this.end != null && this.step != null && this.start.isConstant()
				&& this.end.isConstant() && this.step.isConstant() && this.step.factor() != 0;
	}

	SymbolicInt size(Step node, SymbolicInt size) {
		if (isConstant() && size.isConstant()) {
			return SymbolicInt.of(count(size.factor()));
		}
		for (SymbolicInt part : new @Nullable SymbolicInt[] { this.start, this.end, this.step }) {
			if (part != null && part.ofRows()) {
				throw node.mixes("the size that it cuts depends on the number of rows");
			}
		}
		if (this.start == null || this.end == null || this.step == null) {
			return node.unknownSize();
		}
		return node.symbols().result("cut", true, size, this.start, this.end, this.step);
	}

	@Nullable List<SymbolicInt> pick(List<SymbolicInt> content) {
		return isConstant() ? indices(content.size()).stream().map(content::get).toList() : null;
	}

	private List<Integer> indices(long size) {
		List<Integer> indices = new ArrayList<>();
		if (this.start == null || this.end == null || this.step == null) {
			return indices;
		}
		long by = this.step.factor();
		long from = clamp(this.start.factor(), size, by < 0);
		long to = clamp(this.end.factor(), size, by < 0);
		for (long i = from; (by > 0) ? i < to : i > to; i = Math.addExact(i, by)) {
			indices.add((int) i);
		}
		return indices;
	}

	private long count(long size) {
		if (this.start == null || this.end == null || this.step == null) {
			return 0;
		}
		long by = this.step.factor();
		long length = clamp(this.end.factor(), size, by < 0) - clamp(this.start.factor(), size, by < 0);
		return Math.max(0, -Math.floorDiv(-length, by));
	}

	private static long clamp(long index, long size, boolean backwards) {
		long counted = (index < 0) ? index + size : index;
		return backwards ? Math.max(-1, Math.min(size - 1, counted)) : Math.max(0, Math.min(size, counted));
	}

}
