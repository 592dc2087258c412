package io.modelserving.tensor;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Joins tensors along one dimension, and takes parts of them. A tensor is seen as runs of
 * elements: for each combination of the indices before that dimension, those of one run
 * lie in one piece.
 */
final class Concatenation {

	private Concatenation() {
	}

	static Tensor of(String name, List<Tensor> parts, int axis, Allocation allocation) {
		Tensor first = parts.get(0);
		long size = 0;
		for (Tensor part : parts) {
			if (part.dataType() != first.dataType() || part.shape().rank() <= axis
					|| !part.shape().with(axis, 0).equals(first.shape().with(axis, 0))) {
				throw new IllegalArgumentException(
						"tensor \"%s\": rows of %s and of %s do not fit together".formatted(name, first, part));
			}
			size += part.shape().dimension(axis);
		}
		Shape shape = first.shape().with(axis, size);
		int runs = runs(shape, axis);
		return (first instanceof NumericTensor) ? numeric(shape, parts, runs, allocation) : strings(shape, parts, runs);
	}

	/**
	 * Return how many runs there are.
	 */
	static int runs(Shape shape, int axis) {
		long runs = 1;
		for (int i = 0; i < axis; i++) {
			runs *= shape.dimension(i);
		}
		return Math.toIntExact(runs);
	}

	private static Tensor numeric(Shape shape, List<Tensor> parts, int runs, Allocation allocation) {
		DataType type = parts.get(0).dataType();
		ByteBuffer target = allocation.allocate(type, shape.elementCount());
		if (runs == 1) {
			parts.forEach(part -> target.put(((NumericTensor) part).data()));
			return new NumericTensor(type, shape, target.flip());
		}
		int stride = target.remaining() / Math.max(1, runs);
		int offset = 0;
		for (Tensor part : parts) {
			ByteBuffer source = ((NumericTensor) part).data();
			int length = source.remaining() / Math.max(1, runs);
			copy(source, 0, length, target, offset, stride, length, runs);
			offset += length;
		}
		return new NumericTensor(type, shape, target);
	}

	/**
	 * Copy runs of bytes between buffers of the same byte order.
	 * @param from where the first run begins in the source, and then each
	 * {@code sourceStride} after the one before
	 * @param to where the first run goes in the target, likewise
	 */
	private static void copy(ByteBuffer source, int from, int sourceStride, ByteBuffer target, int to, int targetStride,
			int length, int runs) {
		// a single number is moved sooner than a range of bytes
		for (int i = 0; i < runs; i++) {
			int begin = from + i * sourceStride;
			int place = to + i * targetStride;
			switch (length) {
				case 4 -> target.putInt(place, source.getInt(begin));
				case 8 -> target.putLong(place, source.getLong(begin));
				default -> target.put(place, source, begin, length);
			}
		}
	}

	/**
	 * Copy a part of each run.
	 * @param from the first index of the dimension
	 * @param shape the shape of the part
	 * @return the part, in memory of its own
	 */
	static NumericTensor part(NumericTensor tensor, int axis, int from, Shape shape) {
		ByteBuffer source = tensor.data();
		ByteBuffer target = NumericTensor.heapBuffer(tensor.dataType(), Math.toIntExact(shape.elementCount()));
		int runs = runs(shape, axis);
		int stride = source.remaining() / Math.max(1, runs);
		int length = target.remaining() / Math.max(1, runs);
		long size = Math.max(1, tensor.shape().dimension(axis));
		copy(source, Math.toIntExact(from * (stride / size)), stride, target, 0, length, length, runs);
		return new NumericTensor(tensor.dataType(), shape, target);
	}

	/**
	 * Copy a part of each run of strings.
	 */
	static String[] part(StringTensor tensor, int axis, int from, Shape shape) {
		String[] target = new String[Math.toIntExact(shape.elementCount())];
		int runs = Math.max(1, runs(shape, axis));
		int stride = tensor.elements().size() / runs;
		int length = target.length / runs;
		int offset = Math.toIntExact(from * (stride / Math.max(1, tensor.shape().dimension(axis))));
		for (int i = 0; i < target.length; i++) {
			target[i] = tensor.elements().get(i / length * stride + offset + i % length);
		}
		return target;
	}

	private static Tensor strings(Shape shape, List<Tensor> parts, int runs) {
		List<String> elements = new ArrayList<>();
		for (int i = 0; i < runs; i++) {
			for (Tensor part : parts) {
				List<String> source = ((StringTensor) part).elements();
				int length = source.size() / runs;
				elements.addAll(source.subList(i * length, (i + 1) * length));
			}
		}
		return Tensor.of(shape, elements.toArray(String[]::new));
	}

	@FunctionalInterface
	interface Allocation {

		ByteBuffer allocate(DataType dataType, long elements);

	}

}
