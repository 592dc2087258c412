package io.modelserving.serving.warmup;

import java.util.Map;
import java.util.function.ToDoubleFunction;

import org.jspecify.annotations.Nullable;

import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.StringTensor;
import io.modelserving.tensor.Tensor;

/**
 * Compares two results of the same call. Floating-point numbers may differ by a share of
 * the largest number of the output; integers and strings may not differ.
 *
 * @param first where the first result comes from, in words
 * @param second where the second result comes from
 * @param tolerance the share for an element type
 */
public record TensorComparison(String first, String second, ToDoubleFunction<DataType> tolerance) {

	private static final double FLOOR = 1e-6;

	/**
	 * Compare.
	 * @param one the first result
	 * @param other the second result, whose outputs count
	 * @return what differs, in words; {@code null} if the results agree
	 */
	public @Nullable String difference(NamedTensors one, NamedTensors other) {
		for (Map.Entry<String, Tensor> entry : other.asMap().entrySet()) {
			String name = entry.getKey();
			String difference = one.contains(name) ? difference(one.get(name), entry.getValue())
					: "is missing " + this.first;
			if (difference != null) {
				return "output \"%s\" %s".formatted(name, difference);
			}
		}
		return null;
	}

	private @Nullable String difference(Tensor one, Tensor other) {
		if (!one.shape().equals(other.shape()) || one.dataType() != other.dataType()) {
			return "is %s %s and %s %s".formatted(one, this.first, other, this.second);
		}
		if (other instanceof StringTensor strings) {
			return strings.elements().equals(((StringTensor) one).elements()) ? null : "has other strings";
		}
		NumericTensor firstNumbers = (NumericTensor) one;
		NumericTensor secondNumbers = (NumericTensor) other;
		if (!firstNumbers.dataType().isFloatingPoint()) {
			return firstNumbers.data().equals(secondNumbers.data()) ? null : "has other integers";
		}
		return difference(firstNumbers.toFloats(), secondNumbers.toFloats(),
				this.tolerance.applyAsDouble(one.dataType()));
	}

	private @Nullable String difference(float[] one, float[] other, double allowed) {
		double scale = 0;
		double largest = 0;
		for (int i = 0; i < other.length; i++) {
			if (Float.compare(other[i], one[i]) == 0) {
				scale = Float.isFinite(other[i]) ? Math.max(scale, Math.abs(other[i])) : scale;
				continue;
			}
			if (!Float.isFinite(other[i]) || !Float.isFinite(one[i])) {
				return "is %s %s and %s %s at element %d".formatted(one[i], this.first, other[i], this.second, i);
			}
			scale = Math.max(scale, Math.abs(other[i]));
			largest = Math.max(largest, Math.abs((double) other[i] - one[i]));
		}
		if (largest <= allowed * scale + FLOOR) {
			return null;
		}
		return "differs by up to %.2g where its largest number is %.2g".formatted(largest, scale);
	}

	/**
	 * Return the share that suits an element type.
	 * @param type the type
	 * @return what sums in another order may differ by
	 */
	public static double suiting(DataType type) {
		return switch (type) {
			case BF16 -> 5e-2;
			case FP16 -> 1e-2;
			default -> 1e-3;
		};
	}

}
