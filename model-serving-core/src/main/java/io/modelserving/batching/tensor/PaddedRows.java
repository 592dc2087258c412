package io.modelserving.batching.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

import io.modelserving.tensor.DataType;
import io.modelserving.tensor.HalfPrecision;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.StringTensor;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.Workspace;

/**
 * Lengthens and shortens tensors along an inner dimension. A tensor is seen as runs of
 * bytes: for each combination of the outer indices, one run of {@code length × inner}
 * elements lies in one piece.
 */
final class PaddedRows {

	private PaddedRows() {
	}

	/**
	 * Concatenate along the first dimension and pad another one.
	 * @param name the name of the input, which is also its slot in the workspace
	 * @param parts the tensors; their shapes differ in the first and the padded dimension
	 * alone
	 * @param dimension the dimension to pad
	 * @param length the length to pad to, at least that of every part
	 * @param value the pad value; strings are padded with the empty string
	 * @param workspace where the result goes
	 * @return the padded rows of all parts
	 */
	static Tensor concatenate(String name, List<Tensor> parts, int dimension, int length, double value,
			Workspace workspace) {
		Tensor first = parts.get(0);
		long rows = parts.stream().mapToLong(Tensor::rows).sum();
		Shape shape = first.shape().with(0, rows).with(dimension, length);
		int inner = inner(shape, dimension);
		if (first instanceof StringTensor) {
			return strings(parts, shape, dimension, length * inner);
		}
		DataType type = first.dataType();
		byte[] pad = padBytes(type, value);
		ByteBuffer target = workspace.buffer(name,
				Math.toIntExact(Math.multiplyExact(shape.elementCount(), type.elementBytes())));
		for (Tensor part : parts) {
			ByteBuffer source = ((NumericTensor) part).data();
			int run = Math.toIntExact(part.shape().dimension(dimension)) * inner * type.elementBytes();
			int missing = length * inner - run / type.elementBytes();
			for (int i = outer(part.shape(), dimension); i > 0; i--) {
				target.put(source.slice(source.position(), run));
				source.position(source.position() + run);
				for (int j = 0; j < missing; j++) {
					target.put(pad);
				}
			}
		}
		return Tensor.of(type, shape, target.flip());
	}

	private static Tensor strings(List<Tensor> parts, Shape shape, int dimension, int run) {
		List<String> elements = new ArrayList<>();
		for (Tensor part : parts) {
			List<String> source = ((StringTensor) part).elements();
			int own = Math.toIntExact(part.shape().dimension(dimension)) * inner(shape, dimension);
			for (int i = 0; i < outer(part.shape(), dimension); i++) {
				elements.addAll(source.subList(i * own, (i + 1) * own));
				elements.addAll(Collections.nCopies(run - own, ""));
			}
		}
		return Tensor.of(shape, elements.toArray(String[]::new));
	}

	/**
	 * Shorten a tensor.
	 * @param tensor the tensor
	 * @param dimension the dimension to shorten
	 * @param length the length to keep, at most its own
	 * @return the beginning of each run; the tensor itself if it is not longer
	 */
	static Tensor truncate(Tensor tensor, int dimension, int length) {
		if (tensor.shape().rank() <= dimension || tensor.shape().dimension(dimension) <= length) {
			return tensor;
		}
		Shape shape = tensor.shape().with(dimension, length);
		int inner = inner(shape, dimension);
		int from = Math.toIntExact(tensor.shape().dimension(dimension)) * inner;
		int keep = length * inner;
		int outer = outer(shape, dimension);
		if (tensor instanceof StringTensor strings) {
			String[] elements = new String[outer * keep];
			for (int i = 0; i < outer * keep; i++) {
				elements[i] = strings.elements().get(i / keep * from + i % keep);
			}
			return Tensor.of(shape, elements);
		}
		DataType type = tensor.dataType();
		ByteBuffer source = ((NumericTensor) tensor).data();
		ByteBuffer target = ByteBuffer.allocate(outer * keep * type.elementBytes());
		for (int i = 0; i < outer; i++) {
			target.put(source.slice(i * from * type.elementBytes(), keep * type.elementBytes()));
		}
		return Tensor.of(type, shape, target.flip());
	}

	private static int outer(Shape shape, int dimension) {
		return product(Arrays.copyOf(shape.toArray(), dimension));
	}

	private static int inner(Shape shape, int dimension) {
		return product(Arrays.copyOfRange(shape.toArray(), dimension + 1, shape.rank()));
	}

	private static int product(long[] dimensions) {
		return Math.toIntExact(Shape.of(dimensions).elementCount());
	}

	private static byte[] padBytes(DataType type, double value) {
		ByteBuffer bytes = ByteBuffer.allocate(type.elementBytes()).order(ByteOrder.nativeOrder());
		switch (type) {
			case FP64 -> bytes.putDouble(value);
			case FP32 -> bytes.putFloat((float) value);
			case FP16 -> bytes.putShort(HalfPrecision.floatToFp16((float) value));
			case BF16 -> bytes.putShort(HalfPrecision.floatToBf16((float) value));
			case INT64, UINT64 -> bytes.putLong((long) value);
			case INT32, UINT32 -> bytes.putInt((int) (long) value);
			case INT16, UINT16 -> bytes.putShort((short) (long) value);
			case INT8, UINT8, BOOL -> bytes.put((byte) (long) value);
			case BYTES -> throw new IllegalArgumentException("strings are padded with the empty string");
		}
		return bytes.array();
	}

}
