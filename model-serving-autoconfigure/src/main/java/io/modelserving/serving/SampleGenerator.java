package io.modelserving.serving;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

import io.modelserving.batching.Padding;
import io.modelserving.model.ModelSignature;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.HalfPrecision;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;

/**
 * Makes up inputs that a model should be able to run on: rows that differ from each
 * other, the same ones every time. Floating-point numbers lie in [0, 1), integers in [0,
 * limit); booleans and integers of an input whose name ends in {@code mask} are 1. A
 * dynamic dimension beside the batch has {@value #DYNAMIC_SIZE} places, or
 * {@value #PICTURE_SIZE} where the last two of a four-dimensional input are dynamic;
 * along a padded dimension each row has a length of its own.
 */
final class SampleGenerator {

	private static final int DYNAMIC_SIZE = 16;

	private static final int PICTURE_SIZE = 224;

	private final ModelSignature signature;

	private final Padding padding;

	private final int integerLimit;

	/**
	 * Create a generator.
	 * @param signature what the model takes
	 * @param padding along which dimensions rows may differ in length
	 * @param integerLimit the bound of integers, at least 2
	 */
	SampleGenerator(ModelSignature signature, Padding padding, int integerLimit) {
		this.signature = signature;
		this.padding = padding;
		this.integerLimit = integerLimit;
	}

	/**
	 * Generate inputs of one row each.
	 * @param count how many
	 * @return the inputs
	 */
	List<NamedTensors> generate(int count) {
		return IntStream.range(0, count).mapToObj(this::row).toList();
	}

	private NamedTensors row(int index) {
		Random random = new Random(index);
		Map<String, Long> symbols = new HashMap<>();
		Map<String, Tensor> tensors = new LinkedHashMap<>();
		for (TensorSpec spec : this.signature.inputs()) {
			tensors.put(spec.name(), tensor(spec, shape(spec, index, symbols), random));
		}
		return NamedTensors.of(tensors);
	}

	private Shape shape(TensorSpec spec, int index, Map<String, Long> symbols) {
		long[] dimensions = spec.shape().toArray();
		for (int i = 0; i < dimensions.length; i++) {
			if (dimensions[i] == Shape.DYNAMIC) {
				long size = size(spec, i, index);
				String symbol = spec.dimensionNames().get(i);
				dimensions[i] = symbol.isEmpty() ? size : symbols.computeIfAbsent(symbol, name -> size);
			}
		}
		return Shape.of(dimensions);
	}

	private long size(TensorSpec spec, int dimension, int index) {
		if (dimension == 0) {
			return 1;
		}
		Padding.Input padded = this.padding.inputs().get(spec.name());
		if (padded != null && padded.dimension() == dimension) {
			return 5 + index * 3L % 28;
		}
		boolean picture = spec.shape().rank() == 4 && spec.shape().dimension(2) == Shape.DYNAMIC
				&& spec.shape().dimension(3) == Shape.DYNAMIC;
		return (picture && dimension >= 2) ? PICTURE_SIZE : DYNAMIC_SIZE;
	}

	private Tensor tensor(TensorSpec spec, Shape shape, Random random) {
		int count = Math.toIntExact(shape.elementCount());
		if (spec.dataType() == DataType.BYTES) {
			String[] elements = new String[count];
			Arrays.setAll(elements, i -> "text " + random.nextInt(this.integerLimit));
			return Tensor.of(shape, elements);
		}
		boolean mask = spec.dataType() == DataType.BOOL || spec.name().toLowerCase(Locale.ROOT).endsWith("mask");
		ByteBuffer data = ByteBuffer.allocate(count * spec.dataType().elementBytes()).order(ByteOrder.nativeOrder());
		for (int i = 0; i < count; i++) {
			put(data, spec.dataType(), random.nextFloat(), mask ? 1 : random.nextInt(this.integerLimit));
		}
		return Tensor.of(spec.dataType(), shape, data.flip());
	}

	private static void put(ByteBuffer data, DataType type, float fraction, int integer) {
		switch (type) {
			case FP64 -> data.putDouble(fraction);
			case FP32 -> data.putFloat(fraction);
			case FP16 -> data.putShort(HalfPrecision.floatToFp16(fraction));
			case BF16 -> data.putShort(HalfPrecision.floatToBf16(fraction));
			case INT64, UINT64 -> data.putLong(integer);
			case INT32, UINT32 -> data.putInt(integer);
			case INT16, UINT16 -> data.putShort((short) integer);
			case INT8, UINT8 -> data.put((byte) (integer % 100));
			case BOOL -> data.put((byte) 1);
			case BYTES -> throw new IllegalArgumentException("strings are not numbers");
		}
	}

}
