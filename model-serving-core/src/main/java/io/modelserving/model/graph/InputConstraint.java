package io.modelserving.model.graph;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What the graph does with an input, as far as it limits the values that fit.
 *
 * @param lowest the lowest value, or {@code null} if there is no limit
 * @param highest the highest value, or {@code null} if there is no limit
 * @param categories the values that the graph knows, each a {@code String} or a
 * {@code Long}; empty if any will do
 * @param leading the values that the first elements need, where each has a meaning of its
 * own, such as the axes of a list; most often empty
 * @param minimumSizes the least size of each dimension; empty if any will do
 * @param decidesSize whether the values decide a shape, a size, or how often something is
 * done, so that they should be small
 */
public record InputConstraint(@Nullable Long lowest, @Nullable Long highest, List<Object> categories,
		List<Long> leading, List<Long> minimumSizes, boolean decidesSize) {

	public InputConstraint {
		categories = List.copyOf(categories);
		leading = List.copyOf(leading);
		minimumSizes = List.copyOf(minimumSizes);
	}

	/**
	 * Return whether the model takes some values only. An input of real numbers that it
	 * limits is cast to integers.
	 * @return whether it limits values, not only sizes
	 */
	public boolean limitsValues() {
		return this.lowest != null || this.highest != null || !this.categories.isEmpty() || !this.leading.isEmpty()
				|| this.decidesSize;
	}

}
