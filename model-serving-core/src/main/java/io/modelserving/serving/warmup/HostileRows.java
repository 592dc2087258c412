package io.modelserving.serving.warmup;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import io.modelserving.tensor.DataType;
import io.modelserving.tensor.HalfPrecision;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.Tensor;

/**
 * Makes rows unlike those that a model has run on, of other ranges and signs, to find out
 * whether a row can change the result of another row. Integers keep to values that the
 * row has already, since others may be outside of a table, or decide how much memory a
 * run takes. Pure.
 */
final class HostileRows {

	private static final List<Kind> KINDS = List.of(new Kind(0, Integers.LEAST), new Kind(-1, Integers.KEPT),
			new Kind(255, Integers.MOST), new Kind(1 / 255.0, Integers.KEPT), new Kind(-1e4, Integers.LEAST),
			new Kind(1e4, Integers.MOST));

	private HostileRows() {
	}

	/**
	 * Make hostile rows.
	 * @param rows rows on which the model runs
	 * @return rows of the same shapes
	 */
	static List<NamedTensors> like(List<NamedTensors> rows) {
		return IntStream.range(0, KINDS.size()).mapToObj(i -> KINDS.get(i).of(rows.get(i % rows.size()))).toList();
	}

	private enum Integers {

		KEPT, LEAST, MOST

	}

	private record Kind(double factor, Integers integers) {

		NamedTensors of(NamedTensors row) {
			return row.map((name, tensor) -> (tensor instanceof NumericTensor numeric) ? of(numeric) : tensor);
		}

		private Tensor of(NumericTensor tensor) {
			DataType type = tensor.dataType();
			if (!type.isFloatingPoint()) {
				return (type.isInteger() && this.integers != Integers.KEPT) ? flat(tensor) : tensor;
			}
			float[] elements = tensor.toFloats();
			ByteBuffer data = ByteBuffer.allocate(elements.length * type.elementBytes()).order(ByteOrder.nativeOrder());
			for (float element : elements) {
				float scaled = (float) (element * this.factor);
				switch (type) {
					case FP64 -> data.putDouble(scaled);
					case FP16 -> data.putShort(HalfPrecision.floatToFp16(scaled));
					case BF16 -> data.putShort(HalfPrecision.floatToBf16(scaled));
					default -> data.putFloat(scaled);
				}
			}
			return Tensor.of(type, tensor.shape(), data.flip());
		}

		private Tensor flat(NumericTensor tensor) {
			LongStream elements = LongStream.of(tensor.toLongs());
			long value = ((this.integers == Integers.LEAST) ? elements.min() : elements.max()).orElse(0);
			int count = Math.toIntExact(tensor.shape().elementCount());
			DataType type = tensor.dataType();
			ByteBuffer data = ByteBuffer.allocate(count * type.elementBytes()).order(ByteOrder.nativeOrder());
			for (int i = 0; i < count; i++) {
				switch (type.elementBytes()) {
					case 8 -> data.putLong(value);
					case 4 -> data.putInt((int) value);
					case 2 -> data.putShort((short) value);
					default -> data.put((byte) value);
				}
			}
			return Tensor.of(type, tensor.shape(), data.flip());
		}

	}

}
