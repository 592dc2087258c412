package io.modelserving.sequence;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.HalfPrecision;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;

/**
 * A state and its place in the model. Immutable.
 *
 * @param input the input that takes it
 * @param output the output that gives it
 * @param initial the value of all its elements at the start of a sequence
 * @param shape its shape at the start, dynamic for the rows
 */
record StatePlace(TensorSpec input, TensorSpec output, double initial, Shape shape) {

	static StatePlace of(TensorSpec input, TensorSpec output, SequenceSettings.State state, int axis) {
		Shape shape = (state.shape() != null) ? state.shape() : input.shape();
		String key = ".shape";
		if (!fits(shape, input.shape())) {
			throw SequenceStates.invalid("the state \"%s\" of the shape %s is not what the model takes, %s"
				.formatted(output.name(), shape, input), output.name(), key);
		}
		long dynamic = Arrays.stream(shape.toArray()).filter(size -> size == Shape.DYNAMIC).count();
		boolean rowsKnown = axis < 0 || (axis < shape.rank() && shape.dimension(axis) == Shape.DYNAMIC);
		if (!shape.hasKnownRank() || dynamic > 1
				|| (dynamic == 1 && (!rowsKnown || (axis < 0 && state.shape() == null)))) {
			throw SequenceStates.invalid(
					"the shape of the state \"%s\" at the start of a sequence is not known: %s".formatted(output.name(),
							(state.shape() != null) ? shape : input),
					output.name(), "%s: its size in each dimension, and -1 in the one of the rows only".formatted(key));
		}
		if (input.dataType() == DataType.BYTES && state.initial() != 0) {
			throw SequenceStates.invalid("the state \"%s\" is of strings, which are empty at the start of a sequence"
				.formatted(output.name()), output.name(), ".initial");
		}
		return new StatePlace(input, output, state.initial(), shape);
	}

	private static boolean fits(Shape shape, Shape pattern) {
		if (!pattern.hasKnownRank()) {
			return true;
		}
		boolean fits = shape.rank() == pattern.rank();
		for (int i = 0; fits && i < shape.rank(); i++) {
			fits = shape.dimension(i) == pattern.dimension(i) || pattern.dimension(i) == Shape.DYNAMIC;
		}
		return fits;
	}

	Tensor start(int rows) {
		long[] dimensions = this.shape.toArray();
		for (int i = 0; i < dimensions.length; i++) {
			dimensions[i] = (dimensions[i] == Shape.DYNAMIC) ? rows : dimensions[i];
		}
		Shape exact = Shape.of(dimensions);
		int count = Math.toIntExact(exact.elementCount());
		DataType type = this.input.dataType();
		if (type == DataType.BYTES) {
			String[] empty = new String[count];
			Arrays.fill(empty, "");
			return Tensor.of(exact, empty);
		}
		ByteBuffer data = ByteBuffer.allocate(Math.multiplyExact(count, type.elementBytes()))
			.order(ByteOrder.nativeOrder());
		for (int i = 0; this.initial != 0 && i < count; i++) {
			put(data, type);
		}
		return Tensor.of(type, exact, data.clear());
	}

	private void put(ByteBuffer data, DataType type) {
		switch (type) {
			case FP64 -> data.putDouble(this.initial);
			case FP32 -> data.putFloat((float) this.initial);
			case FP16 -> data.putShort(HalfPrecision.floatToFp16((float) this.initial));
			case BF16 -> data.putShort(HalfPrecision.floatToBf16((float) this.initial));
			case INT64, UINT64 -> data.putLong((long) this.initial);
			case INT32, UINT32 -> data.putInt((int) (long) this.initial);
			case INT16, UINT16 -> data.putShort((short) (long) this.initial);
			case INT8, UINT8, BOOL -> data.put((byte) (long) this.initial);
			case BYTES -> throw new IllegalStateException("strings have no initial value");
		}
	}

	Tensor copy(NamedTensors outputs) {
		if (!outputs.contains(this.output.name())) {
			throw new ExecutionFailed("the model did not give the state \"%s\"".formatted(this.output.name()), null);
		}
		Tensor given = outputs.get(this.output.name());
		if (given.dataType() != this.input.dataType() || !this.input.shape().accepts(given.shape())) {
			throw new ExecutionFailed("the model gave the state \"%s\" as %s, and takes %s"
				.formatted(this.output.name(), given, this.input), null);
		}
		if (!(given instanceof NumericTensor numeric)) {
			return given;
		}
		ByteBuffer copy = ByteBuffer.allocate(numeric.data().remaining());
		return Tensor.of(given.dataType(), given.shape(), copy.put(numeric.data()).flip());
	}

}
