package io.modelserving.serving;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.StringTensor;
import io.modelserving.tensor.Tensor;

/**
 * Compares the answer to a row that ran in a batch with the answer to the same row alone.
 * Numbers may differ by a share of the largest number of the row, since runtimes sum in
 * another order for another batch size; integers and strings may not differ.
 */
final class RowComparison {

	private static final double FLOOR = 1e-6;

	private RowComparison() {
	}

	/**
	 * Compare.
	 * @param batched the answer from a batch
	 * @param single the answer alone
	 * @return what differs, in words; {@code null} if the answers agree
	 */
	static @Nullable String difference(NamedTensors batched, NamedTensors single) {
		for (Map.Entry<String, Tensor> entry : single.asMap().entrySet()) {
			Tensor other = batched.get(entry.getKey());
			String difference = difference(other, entry.getValue());
			if (difference != null) {
				return "output \"%s\" %s".formatted(entry.getKey(), difference);
			}
		}
		return null;
	}

	private static @Nullable String difference(Tensor batched, Tensor single) {
		if (!batched.shape().equals(single.shape()) || batched.dataType() != single.dataType()) {
			return "is %s in a batch and %s alone".formatted(batched, single);
		}
		if (single instanceof StringTensor strings) {
			return strings.elements().equals(((StringTensor) batched).elements()) ? null : "has other strings";
		}
		NumericTensor alone = (NumericTensor) single;
		NumericTensor together = (NumericTensor) batched;
		if (!alone.dataType().isFloatingPoint()) {
			return alone.data().equals(together.data()) ? null : "has other integers";
		}
		return difference(together.toFloats(), alone.toFloats(), tolerance(alone.dataType()));
	}

	private static @Nullable String difference(float[] batched, float[] single, double tolerance) {
		double scale = 0;
		double largest = 0;
		for (int i = 0; i < single.length; i++) {
			if (Float.compare(single[i], batched[i]) == 0) {
				scale = Float.isFinite(single[i]) ? Math.max(scale, Math.abs(single[i])) : scale;
				continue;
			}
			if (!Float.isFinite(single[i]) || !Float.isFinite(batched[i])) {
				return "is %s in a batch and %s alone at element %d".formatted(batched[i], single[i], i);
			}
			scale = Math.max(scale, Math.abs(single[i]));
			largest = Math.max(largest, Math.abs((double) single[i] - batched[i]));
		}
		if (largest <= tolerance * scale + FLOOR) {
			return null;
		}
		return "differs by up to %.2g where its largest number is %.2g".formatted(largest, scale);
	}

	private static double tolerance(DataType type) {
		return switch (type) {
			case BF16 -> 5e-2;
			case FP16 -> 1e-2;
			default -> 1e-3;
		};
	}

}
