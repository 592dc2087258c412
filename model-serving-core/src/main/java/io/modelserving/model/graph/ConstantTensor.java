package io.modelserving.model.graph;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

import org.jspecify.annotations.Nullable;

/**
 * A tensor that stands in a model's file. Elements of large tensors are left in the file,
 * and so are those in files beside it. Immutable.
 */
final class ConstantTensor {

	private final ElementType elementType;

	private final List<Long> dimensions;

	private final @Nullable Object elements;

	/**
	 * Create a tensor.
	 * @param elementType the type of the elements
	 * @param dimensions the dimensions
	 * @param elements a {@code long[]}, a {@code double[]} or a {@code List<String>}, or
	 * {@code null} if they were left in the file
	 */
	ConstantTensor(ElementType elementType, List<Long> dimensions, @Nullable Object elements) {
		this.elementType = elementType;
		this.dimensions = List.copyOf(dimensions);
		this.elements = elements;
	}

	public ElementType elementType() {
		return this.elementType;
	}

	/**
	 * Return the dimensions.
	 * @return the dimensions, outermost first; none for a scalar
	 */
	public List<Long> dimensions() {
		return this.dimensions;
	}

	/**
	 * Return the elements of a tensor of integers or booleans.
	 * @return the elements, row by row, or {@code null} if they are not in memory
	 */
	public @Nullable List<Long> integers() {
		return (this.elements instanceof long[] integers) ? LongStream.of(integers).boxed().toList() : null;
	}

	/**
	 * Return the elements of a tensor of real numbers.
	 * @return the elements, row by row, or {@code null} if they are not in memory
	 */
	public @Nullable List<Double> reals() {
		return (this.elements instanceof double[] reals) ? DoubleStream.of(reals).boxed().toList() : null;
	}

	/**
	 * Return the elements of a tensor of strings.
	 * @return the elements, row by row, or {@code null} if they are not in memory
	 */
	public @Nullable List<String> strings() {
		return (this.elements instanceof List<?> list) ? list.stream().map(String.class::cast).toList() : null;
	}

	@Override
	public String toString() {
		return this.elementType + this.dimensions.toString();
	}

}
