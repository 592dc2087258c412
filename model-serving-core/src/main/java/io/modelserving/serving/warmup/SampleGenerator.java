package io.modelserving.serving.warmup;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.tensor.Padding;
import io.modelserving.batching.tensor.RowAxes;
import io.modelserving.model.ModelSignature;
import io.modelserving.model.graph.InputConstraint;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.HalfPrecision;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;

/**
 * Generates inputs that a model should be able to run on: rows that differ from each
 * other, the same ones every time. Floating-point numbers lie in [0, 1), integers within
 * what the graph allows and the guess says; booleans and integers of an input whose name
 * ends in {@code mask} are 1. Optional inputs are left out. Along a padded dimension each
 * row has a length of its own.
 */
final class SampleGenerator {

	/** Strings cost more memory than the numbers that the bound is meant for. */
	private static final int STRING_BYTES = 64;

	private static final int UNRANKED_RANK = 2;

	/** Where the graph says what is too large, more values tell rows apart better. */
	private static final int KNOWN_SPAN = 1000;

	private final ModelSignature signature;

	private final RowAxes axes;

	private final Padding padding;

	private final Map<String, InputConstraint> constraints;

	private final Guess guess;

	/**
	 * Create a generator.
	 * @param signature what the model takes
	 * @param axes which dimension of each input counts the rows
	 * @param padding along which dimensions rows may differ in length
	 * @param constraints what the graph says about values and sizes, by input
	 * @param guess what to choose where the graph leaves it open
	 */
	SampleGenerator(ModelSignature signature, RowAxes axes, Padding padding, Map<String, InputConstraint> constraints,
			Guess guess) {
		this.signature = signature;
		this.axes = axes;
		this.padding = padding;
		this.constraints = constraints;
		this.guess = guess;
	}

	/**
	 * Generate inputs of one row each.
	 * @param count the most rows
	 * @param maxBytes the most memory that all of them may take together
	 * @return the inputs, fewer than wanted where they are large; empty if not even one
	 * fits
	 */
	List<NamedTensors> generate(int count, long maxBytes) {
		List<NamedTensors> rows = new ArrayList<>();
		long bytes = 0;
		for (int i = 0; i < count; i++) {
			Map<String, Shape> shapes = shapes(i);
			bytes += bytes(shapes, maxBytes - bytes);
			if (bytes > maxBytes) {
				break;
			}
			rows.add(row(shapes, i));
		}
		return rows;
	}

	private long bytes(Map<String, Shape> shapes, long limit) {
		double bytes = 0;
		for (TensorSpec spec : this.signature.inputs()) {
			double own = (spec.dataType() == DataType.BYTES) ? STRING_BYTES : spec.dataType().elementBytes();
			for (long dimension : Objects.requireNonNull(shapes.get(spec.name())).toArray()) {
				own *= dimension;
			}
			bytes += own;
		}
		return (bytes > limit) ? limit + 1 : (long) bytes;
	}

	private NamedTensors row(Map<String, Shape> shapes, int index) {
		Random random = new Random(index);
		Map<String, Tensor> tensors = new LinkedHashMap<>();
		for (TensorSpec spec : this.signature.inputs()) {
			tensors.put(spec.name(), tensor(spec, Objects.requireNonNull(shapes.get(spec.name())), random));
		}
		return NamedTensors.of(tensors);
	}

	private Map<String, Shape> shapes(int row) {
		Map<String, Long> symbols = new HashMap<>();
		Map<String, Shape> shapes = new HashMap<>();
		for (TensorSpec spec : this.signature.inputs()) {
			shapes.put(spec.name(), shape(spec, row, symbols));
		}
		return shapes;
	}

	private Shape shape(TensorSpec spec, int row, Map<String, Long> symbols) {
		if (!spec.shape().hasKnownRank()) {
			long[] dimensions = new long[Math.max(UNRANKED_RANK, minimumSizes(spec).size())];
			Arrays.setAll(dimensions, i -> atLeastMinimum(spec, i, (i == 0) ? 1 : this.guess.size()));
			return Shape.of(dimensions);
		}
		long[] dimensions = spec.shape().toArray();
		for (int i = 0; i < dimensions.length; i++) {
			if (dimensions[i] == Shape.DYNAMIC) {
				long size = atLeastMinimum(spec, i, size(spec, i, row));
				String symbol = spec.dimensionNames().get(i);
				boolean alike = !symbol.isEmpty() && !symbol.equals(batchSymbol());
				dimensions[i] = alike ? symbols.merge(symbol, size, Math::max) : size;
			}
		}
		return Shape.of(dimensions);
	}

	/**
	 * Return the name of the dimension of the rows. Where others have it as well, it is a
	 * careless name, and says nothing about them.
	 */
	private String batchSymbol() {
		TensorSpec first = this.signature.inputs().get(0);
		int axis = this.axes.of(first.name());
		return (first.dimensionNames().size() <= axis) ? "" : first.dimensionNames().get(axis);
	}

	private long size(TensorSpec spec, int dimension, int row) {
		boolean first = this.axes.others().isEmpty();
		if (dimension == this.axes.of(spec.name()) || (first && dimension == 1 && isState(spec))) {
			return 1;
		}
		Padding.Input padded = this.padding.inputs().get(spec.name());
		if (padded != null && padded.dimension() == dimension) {
			return 5 + row * 3L % 28;
		}
		boolean picture = spec.shape().rank() == 4 && spec.shape().dimension(2) == Shape.DYNAMIC
				&& spec.shape().dimension(3) == Shape.DYNAMIC;
		return (picture && dimension >= 2) ? this.guess.pictureSize() : this.guess.size();
	}

	/** The states of recurrent networks are usually layers × batch × size. */
	private boolean isState(TensorSpec spec) {
		Shape shape = spec.shape();
		return this.signature.inputs().size() > 1 && shape.rank() == 3 && shape.dimension(0) > 1
				&& shape.dimension(1) == Shape.DYNAMIC && shape.dimension(2) != Shape.DYNAMIC;
	}

	private long atLeastMinimum(TensorSpec spec, int dimension, long size) {
		List<Long> minimum = minimumSizes(spec);
		return (dimension < minimum.size()) ? Math.max(size, minimum.get(dimension)) : size;
	}

	private List<Long> minimumSizes(TensorSpec spec) {
		InputConstraint constraint = this.constraints.get(spec.name());
		return (constraint != null) ? constraint.minimumSizes() : List.of();
	}

	private Tensor tensor(TensorSpec spec, Shape shape, Random random) {
		int count = Math.toIntExact(shape.elementCount());
		InputConstraint constraint = this.constraints.get(spec.name());
		List<Object> categories = (constraint != null) ? constraint.categories() : List.of();
		if (spec.dataType() == DataType.BYTES) {
			String[] elements = new String[count];
			Arrays.setAll(elements,
					i -> categories.isEmpty() ? "text " + random.nextInt(10) : String.valueOf(any(categories, random)));
			return Tensor.of(shape, elements);
		}
		boolean whole = constraint != null && constraint.limitsValues();
		boolean mask = spec.dataType() == DataType.BOOL || spec.name().toLowerCase(Locale.ROOT).endsWith("mask");
		ByteBuffer data = ByteBuffer.allocate(count * spec.dataType().elementBytes()).order(ByteOrder.nativeOrder());
		for (int i = 0; i < count; i++) {
			float fraction = random.nextFloat();
			long integer = (constraint != null && i < constraint.leading().size()) ? constraint.leading().get(i)
					: integer(constraint, categories, mask, random);
			put(data, spec.dataType(), whole ? integer : fraction, integer);
		}
		return Tensor.of(spec.dataType(), shape, data.flip());
	}

	private long integer(@Nullable InputConstraint constraint, List<Object> categories, boolean mask, Random random) {
		if (!categories.isEmpty()) {
			return (any(categories, random) instanceof Long category) ? category : 0;
		}
		long least = (constraint != null && constraint.lowest() != null) ? constraint.lowest() : Long.MIN_VALUE;
		long most = (constraint != null && constraint.highest() != null) ? constraint.highest() : Long.MAX_VALUE;
		boolean small = constraint != null && constraint.decidesSize();
		long first = Math.max(least, Math.min(most, small ? 1 : 0));
		long span = small ? Guess.LEAST.integers() : (most < Long.MAX_VALUE) ? KNOWN_SPAN : this.guess.integers();
		long last = Math.min(most, first + span - 1);
		if (mask && first <= 1 && last >= 1) {
			return 1;
		}
		return (last <= first) ? first : first + random.nextInt((int) (last - first + 1));
	}

	private static Object any(List<Object> categories, Random random) {
		return categories.get(random.nextInt(categories.size()));
	}

	private static void put(ByteBuffer data, DataType type, float fraction, long integer) {
		switch (type) {
			case FP64 -> data.putDouble(fraction);
			case FP32 -> data.putFloat(fraction);
			case FP16 -> data.putShort(HalfPrecision.floatToFp16(fraction));
			case BF16 -> data.putShort(HalfPrecision.floatToBf16(fraction));
			case INT64, UINT64 -> data.putLong(integer);
			case INT32, UINT32 -> data.putInt((int) integer);
			case INT16, UINT16 -> data.putShort((short) integer);
			case INT8, UINT8 -> data.put((byte) (integer % 100));
			case BOOL -> data.put((byte) 1);
			case BYTES -> throw new IllegalArgumentException("strings are not numbers");
		}
	}

	/**
	 * What to choose where neither signature nor graph says it.
	 *
	 * @param integers integers are below it, where the graph knows no other lowest value
	 * @param size the size of a dynamic dimension beside the batch
	 * @param pictureSize the same for the last two of a four-dimensional input
	 */
	record Guess(int integers, int size, int pictureSize) {

		/** The least that may run: what is small costs little if it is wrong. */
		static final Guess LEAST = new Guess(2, 4, 32);

		/** What most models take. */
		static final Guess USUAL = new Guess(10, 16, 224);

		/**
		 * Guesses in the order in which they are tried. Of these, the last one that runs
		 * is taken, since it is most like real inputs.
		 */
		static final List<Guess> LIKELY = List.of(LEAST, new Guess(2, 16, 224), USUAL);

		/** Guesses of which the first that runs is taken, where no likely one does. */
		static final List<Guess> UNLIKELY = List.of(new Guess(1, 1, 1), new Guess(10, 4, 32), new Guess(2, 64, 64),
				new Guess(2, 128, 256), new Guess(2, 512, 512), new Guess(2, 1024, 640), new Guess(2, 16384, 640));

	}

}
