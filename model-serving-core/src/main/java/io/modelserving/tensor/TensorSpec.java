package io.modelserving.tensor;

import java.util.Collections;
import java.util.List;

/**
 * What a model says of one of its inputs or outputs.
 *
 * @param name the name
 * @param dataType the element type
 * @param shape the shape, {@link Shape#DYNAMIC} where a dimension may be of any size,
 * {@link Shape#ANY} where not even the rank is known
 * @param dimensionNames the symbolic name of each dimension, empty where it has none; as
 * many as the rank
 */
public record TensorSpec(String name, DataType dataType, Shape shape, List<String> dimensionNames) {

	public TensorSpec {
		dimensionNames = List.copyOf(dimensionNames);
		if (dimensionNames.size() != shape.rank()) {
			throw new IllegalArgumentException(
					"tensor \"%s\": %d dimension names for the shape %s".formatted(name, dimensionNames.size(), shape));
		}
	}

	/**
	 * Create a specification without symbolic dimension names.
	 * @param name the name
	 * @param dataType the element type
	 * @param shape the shape
	 * @return the specification
	 */
	public static TensorSpec of(String name, DataType dataType, Shape shape) {
		return new TensorSpec(name, dataType, shape, Collections.nCopies(shape.rank(), ""));
	}

	/**
	 * Return whether the first dimension can be the batch.
	 * @return {@code true} if there surely is a first dimension and it is dynamic
	 */
	public boolean hasDynamicRows() {
		return this.shape.hasKnownRank() && this.shape.rank() > 0 && this.shape.dimension(0) == Shape.DYNAMIC;
	}

	@Override
	public String toString() {
		return "%s %s%s".formatted(this.name, this.dataType, this.shape);
	}

}
