package io.modelserving.model.graph;

import java.util.ArrayList;
import java.util.List;

import io.modelserving.model.graph.ModelGraph.Attribute;
import org.jspecify.annotations.Nullable;

/**
 * Rules of operators on pictures and other signals, whose first two dimensions are the
 * batch and the channels.
 */
final class Spatial {

	private Spatial() {
	}

	/**
	 * Return a rule of convolutions.
	 * @param weights the place of the weights among the inputs
	 */
	static Rule convolution(int weights) {
		return Rule.one((step) -> {
			Traced input = signal(step);
			step.requireShared(1);
			List<SymbolicInt> kernel = step.raw(weights).shape();
			if (input.shape() == null) {
				return input;
			}
			SymbolicInt channels = (kernel != null && !kernel.isEmpty()) ? kernel.get(0) : step.unknownSize();
			return input.moved(windows(step, input.shape(), channels,
					(kernel != null && kernel.size() > 2) ? kernel.subList(2, kernel.size()) : null), 0);
		});
	}

	/**
	 * Return the first input, its batch being the first dimension.
	 */
	static Traced signal(Step step) {
		Traced input = step.input(0);
		step.requireAt(input, 0);
		if (input.isBatched() && input.shape() != null && input.shape().size() < 2) {
			throw step.unknown("its input has too few dimensions");
		}
		return input;
	}

	static Traced transposedConvolution(Step step) {
		Traced input = signal(step);
		step.requireShared(1);
		List<SymbolicInt> kernel = step.raw(1).shape();
		if (input.shape() == null) {
			return input;
		}
		List<SymbolicInt> shape = new ArrayList<>(input.shape().subList(0, 1));
		shape.add((kernel != null && kernel.size() > 1)
				? step.symbols().product(kernel.get(1), SymbolicInt.of(step.integer("group", 1))) : step.unknownSize());
		List<Long> sizes = step.integers("output_shape");
		for (int i = 0; i < input.shape().size() - 2; i++) {
			shape.add(
					(sizes != null && i < sizes.size()) ? SymbolicInt.of(sizes.get(i)) : grown(step, input, kernel, i));
		}
		return input.moved(shape, 0);
	}

	private static SymbolicInt grown(Step step, Traced input, @Nullable List<SymbolicInt> kernel, int i) {
		SymbolicInt size = step.shape(input).get(i + 2);
		List<Long> sizes = step.integers("kernel_shape");
		SymbolicInt window = (sizes != null && i < sizes.size()) ? SymbolicInt.of(sizes.get(i))
				: ((kernel != null && i + 2 < kernel.size()) ? kernel.get(i + 2) : step.unknownSize());
		if (!size.isConstant() || !window.isConstant() || !step.text("auto_pad", "NOTSET").equals("NOTSET")) {
			return step.unknownSize();
		}
		int count = step.shape(input).size() - 2;
		long pads = at(step, "pads", i, 0) + at(step, "pads", i + count, 0);
		return SymbolicInt.of(at(step, "strides", i, 1) * (size.factor() - 1) + at(step, "output_padding", i, 0)
				+ (window.factor() - 1) * at(step, "dilations", i, 1) + 1 - pads);
	}

	private static long at(Step step, String name, int index, long otherwise) {
		List<Long> values = step.integers(name);
		return (values != null && index < values.size()) ? values.get(index) : otherwise;
	}

	private static List<SymbolicInt> windows(Step step, List<SymbolicInt> input, SymbolicInt channels,
			@Nullable List<SymbolicInt> kernel) {
		List<SymbolicInt> shape = new ArrayList<>(input.subList(0, 1));
		shape.add(channels);
		for (int i = 0; i < input.size() - 2; i++) {
			shape.add(windows(step, input, kernel, i));
		}
		return shape;
	}

	private static SymbolicInt windows(Step step, List<SymbolicInt> input, @Nullable List<SymbolicInt> kernel, int i) {
		SymbolicInt size = input.get(i + 2);
		long window = at(step, "kernel_shape", i, 0);
		if (window == 0 && kernel != null && i < kernel.size() && kernel.get(i).isConstant()) {
			window = kernel.get(i).factor();
		}
		long stride = at(step, "strides", i, 1);
		if (!size.isConstant() || window <= 0 || stride <= 0) {
			return step.unknownSize();
		}
		String auto = step.text("auto_pad", "NOTSET");
		long extent = (window - 1) * at(step, "dilations", i, 1) + 1;
		if (auto.startsWith("SAME")) {
			return SymbolicInt.of((size.factor() + stride - 1) / stride);
		}
		long pads = auto.equals("VALID") ? 0 : at(step, "pads", i, 0) + at(step, "pads", i + input.size() - 2, 0);
		long room = size.factor() + pads - extent;
		if (step.integer("ceil_mode", 0) != 0 && room % stride != 0) {
			return step.unknownSize();
		}
		return (room < 0) ? step.unknownSize() : SymbolicInt.of(room / stride + 1);
	}

	static List<Traced> pool(Step step) {
		Traced input = signal(step);
		List<SymbolicInt> shape = input.shape();
		Traced output = (shape == null) ? input
				: input.moved(windows(step, shape, (shape.size() > 1) ? shape.get(1) : step.unknownSize(), null), 0);
		if (step.outputCount() > 1 && !step.node().outputs().get(1).isEmpty() && input.isBatched()) {
			return List.of(output, Traced.failed(
					step.mixes("its second output numbers elements across all rows of the batch").rowIndependence()));
		}
		return List.of(output, Traced.SHARED);
	}

	static Traced globalPool(Step step) {
		Traced input = signal(step);
		List<SymbolicInt> shape = input.shape();
		if (shape == null || shape.size() < 2) {
			return input;
		}
		List<SymbolicInt> pooled = new ArrayList<>(shape.subList(0, 2));
		shape.subList(2, shape.size()).forEach((size) -> pooled.add(SymbolicInt.ONE));
		return input.moved(pooled, 0);
	}

	/**
	 * Return a rule of operators that make each row another shape of a known rank, what
	 * they take besides being the same for all rows.
	 */
	static Rule reshapedSignal(int addedDimensions) {
		return Rule.one((step) -> {
			Traced input = signal(step);
			step.requireShared(1);
			if (input.shape() == null) {
				return input;
			}
			return input.moved(rowsOf(step, input, input.shape().size() + addedDimensions), 0);
		});
	}

	static Traced blocks(Step step, boolean toDepth) {
		Traced input = signal(step);
		List<SymbolicInt> shape = new ArrayList<>(step.shape(input));
		SymbolicInt block = SymbolicInt.of(step.integer("blocksize", 1));
		for (int i = 1; i < shape.size(); i++) {
			SymbolicInt factor = (i == 1) ? step.symbols().product(block, block) : block;
			shape.set(i, (toDepth == (i == 1)) ? step.symbols().product(shape.get(i), factor)
					: step.symbols().quotient(shape.get(i), factor));
		}
		return input.moved(shape, 0);
	}

	static Traced columnsToImage(Step step) {
		Traced input = signal(step);
		step.requireShared(1);
		List<SymbolicInt> image = step.elements(1);
		List<SymbolicInt> shape = new ArrayList<>(step.shape(input).subList(0, 1));
		shape.add(step.unknownSize());
		if (image == null) {
			return input.isBatched() ? input.moved(null, 0) : Traced.SHARED;
		}
		shape.addAll(image);
		return input.moved(shape, 0);
	}

	/**
	 * The rule of operators that scale a picture. They must not scale the batch.
	 */
	static Traced resize(Step step) {
		Traced input = step.input(0);
		BatchAxis batch = input.batch();
		if (input.shape() == null) {
			if (batch != null) {
				throw step.unknown("the number of dimensions of its input is not known");
			}
			return Traced.SHARED;
		}
		int rank = input.shape().size();
		List<Long> axes = step.integers("axes");
		List<Integer> places = new ArrayList<>();
		for (int i = 0; i < rank; i++) {
			places.add(i);
		}
		if (axes != null) {
			places = step.axes(axes, rank);
		}
		int scalesAt = (step.version() < 11) ? 1 : 2;
		List<SymbolicInt> scales = step.has(scalesAt) ? step.elements(scalesAt) : null;
		List<SymbolicInt> sizes = (scalesAt == 2 && step.has(3)) ? step.elements(3) : null;
		boolean even = step.text("keep_aspect_ratio_policy", "stretch").equals("stretch");
		List<SymbolicInt> shape = new ArrayList<>(input.shape());
		for (int i = 0; i < places.size(); i++) {
			int axis = places.get(i);
			SymbolicInt scale = (scales != null && i < scales.size()) ? scales.get(i) : null;
			SymbolicInt size = (sizes != null && i < sizes.size()) ? sizes.get(i) : null;
			if (batch != null && batch.axis() == axis) {
				requireUnscaled(step, shape.get(axis), scale, size, even);
			}
			else {
				boolean exact = scale != null && scale.isConstant();
				SymbolicInt scaled = (exact && scale != null) ? step.symbols().product(shape.get(axis), scale) : size;
				boolean free = scaled != null && !scaled.ofRows() && even;
				shape.set(axis, (scaled != null && free) ? scaled : step.unknownSize());
			}
		}
		if (step.has(1) && scalesAt == 2 && step.raw(1).isBatched()) {
			throw step.mixes("its region is different for each row");
		}
		return Traced.batched(shape, batch);
	}

	private static void requireUnscaled(Step step, SymbolicInt rows, @Nullable SymbolicInt scale,
			@Nullable SymbolicInt size, boolean even) {
		boolean kept = (scale != null) ? scale.is(1) : (size != null && size.equals(rows) && even);
		if (!kept || step.text("coordinate_transformation_mode", "").equals("tf_crop_and_resize")) {
			throw ((scale != null && scale.isConstant()) || (size != null && size.isConstant()))
					? step.mixes("it scales the batch") : step.unknown("whether it scales the batch is not known");
		}
	}

	static Traced upsample(Step step) {
		if (step.version() >= 9) {
			return resize(step);
		}
		Traced input = signal(step);
		Attribute scales = step.attribute("scales");
		if (scales == null || scales.reals().isEmpty() || scales.reals().get(0) != 1) {
			throw step.unknown("whether it scales the batch is not known");
		}
		return Traced.batched(rowsOf(step, input, step.shape(input).size()), input.batch());
	}

	/**
	 * Return a shape of which nothing but the first dimension of a value is known.
	 */
	static List<SymbolicInt> rowsOf(Step step, Traced value, int rank) {
		List<SymbolicInt> shape = new ArrayList<>(step.shape(value).subList(0, 1));
		shape.addAll(step.unknownSizes(rank - 1));
		return shape;
	}

	/**
	 * The rule of operators whose first two inputs both belong to the rows.
	 */
	static Traced paired(Step step) {
		Traced input = signal(step);
		Traced other = step.input(1);
		step.requireAt(other, 0);
		step.requireShared(2);
		BatchAxis batch = Indexing.together(step, List.of(input, other));
		List<SymbolicInt> shape = new ArrayList<>(step.shape(input));
		for (int i = 2; i < shape.size(); i++) {
			shape.set(i, step.unknownSize());
		}
		return Traced.batched(shape, batch);
	}

	static Traced deformable(Step step) {
		Traced input = signal(step);
		for (int i : new int[] { 1, 3 }) {
			if (step.has(i) && step.input(i).isBatched()) {
				throw step.mixes("its weights are different for each row");
			}
		}
		List<Traced> ofRows = new ArrayList<>(List.of(input, step.input(2)));
		if (step.has(4)) {
			ofRows.add(step.input(4));
		}
		ofRows.forEach((value) -> step.requireAt(value, 0));
		return Traced.batched(rowsOf(step, input, step.shape(input).size()), Indexing.together(step, ofRows));
	}

	/**
	 * The rule of AffineGrid, whose size names the number of rows.
	 */
	static Traced affineGrid(Step step) {
		Traced theta = signal(step);
		List<SymbolicInt> size = step.elements(1);
		if (theta.batch() != null
				&& (size == null || size.isEmpty() || !size.get(0).equals(step.shape(theta).get(0)))) {
			throw step.unknown("whether the size that it gives is that of the batch is not known");
		}
		if (size == null) {
			return Traced.SHARED;
		}
		List<SymbolicInt> shape = new ArrayList<>(size);
		shape.remove(1);
		shape.add(SymbolicInt.of(size.size() - 2L));
		return Traced.batched(shape, theta.batch());
	}

	/**
	 * The rule of operators that cut regions out of pictures: regions may be rows, if the
	 * picture is the same for all.
	 */
	static Traced regions(Step step) {
		if (step.input(0).isBatched()) {
			throw step.mixes("a region names the row that it is cut out of by its position in the batch");
		}
		Traced regions = step.input(1);
		step.requireAt(regions, 0);
		if (step.has(2)) {
			Indexing.together(step, List.of(regions, step.input(2)));
		}
		List<SymbolicInt> shape = new ArrayList<>(step.shape(regions).subList(0, 1));
		shape.addAll(step.unknownSizes(3));
		return Traced.batched(shape, regions.batch());
	}

}
