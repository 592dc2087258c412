package io.modelserving.tensor;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Joins tensors along their first dimension.
 */
final class Concatenation {

	private Concatenation() {
	}

	static Tensor of(String name, List<Tensor> parts, Allocation allocation) {
		Tensor first = parts.get(0);
		long rows = 0;
		for (Tensor part : parts) {
			if (part.dataType() != first.dataType() || !part.shape().with(0, 0).equals(first.shape().with(0, 0))) {
				throw new IllegalArgumentException(
						"tensor \"%s\": rows of %s and of %s do not fit together".formatted(name, first, part));
			}
			rows += part.rows();
		}
		Shape shape = first.shape().with(0, rows);
		return (first instanceof NumericTensor) ? numeric(shape, parts, allocation) : strings(shape, parts);
	}

	private static Tensor numeric(Shape shape, List<Tensor> parts, Allocation allocation) {
		DataType type = parts.get(0).dataType();
		ByteBuffer target = allocation.allocate(type, shape.elementCount());
		for (Tensor part : parts) {
			target.put(((NumericTensor) part).data());
		}
		return new NumericTensor(type, shape, target.flip());
	}

	private static Tensor strings(Shape shape, List<Tensor> parts) {
		List<String> elements = new ArrayList<>();
		parts.forEach(part -> elements.addAll(((StringTensor) part).elements()));
		return Tensor.of(shape, elements.toArray(String[]::new));
	}

	@FunctionalInterface
	interface Allocation {

		ByteBuffer allocate(DataType dataType, long elements);

	}

}
