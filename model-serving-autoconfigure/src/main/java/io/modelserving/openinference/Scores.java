package io.modelserving.openinference;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.DoubleBuffer;

import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NumericTensor;

/**
 * The elements of a tensor, to be compared and to be shown. NaN is the lowest score.
 */
interface Scores {

	int compare(int left, int right);

	String text(int index);

	static boolean isNone(DataType type) {
		return type == DataType.BOOL || type == DataType.BYTES;
	}

	static Scores of(NumericTensor tensor) {
		if (tensor.dataType() == DataType.FP64) {
			DoubleBuffer values = tensor.data().asDoubleBuffer();
			return new Decimals((index) -> values.get(index));
		}
		if (tensor.dataType().isFloatingPoint()) {
			float[] values = tensor.toFloats();
			return new Decimals((index) -> values[index]);
		}
		return new Integers(tensor.toLongs(), tensor.dataType() == DataType.UINT64);
	}

	/**
	 * Floating-point scores.
	 *
	 * @param values gives them
	 */
	record Decimals(Values values) implements Scores {

		@Override
		public int compare(int left, int right) {
			double first = this.values.at(left);
			double second = this.values.at(right);
			if (Double.isNaN(first) || Double.isNaN(second)) {
				return Boolean.compare(Double.isNaN(second), Double.isNaN(first));
			}
			return (first < second) ? -1 : (first > second) ? 1 : 0;
		}

		/** As C's {@code %f} has it, which rounds the exact value. */
		@Override
		public String text(int index) {
			double value = this.values.at(index);
			if (Double.isNaN(value)) {
				return "nan";
			}
			if (Double.isInfinite(value)) {
				return (value > 0) ? "inf" : "-inf";
			}
			String digits = new BigDecimal(Math.abs(value)).setScale(6, RoundingMode.HALF_EVEN).toPlainString();
			return (Double.compare(value, 0.0) < 0) ? "-" + digits : digits;
		}

	}

	/**
	 * Integer scores.
	 *
	 * @param values the scores
	 * @param unsigned whether the highest bit is one of the value
	 */
	record Integers(long[] values, boolean unsigned) implements Scores {

		@Override
		public int compare(int left, int right) {
			return this.unsigned ? Long.compareUnsigned(this.values[left], this.values[right])
					: Long.compare(this.values[left], this.values[right]);
		}

		@Override
		public String text(int index) {
			return this.unsigned ? Long.toUnsignedString(this.values[index]) : Long.toString(this.values[index]);
		}

	}

	@FunctionalInterface
	interface Values {

		double at(int index);

	}

}
