package io.modelserving.model.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;

import org.jspecify.annotations.Nullable;

import io.modelserving.model.graph.ModelGraph.Attribute;
import io.modelserving.model.graph.ModelGraph.Dimension;
import io.modelserving.model.graph.ModelGraph.Graph;
import io.modelserving.model.graph.ModelGraph.Node;
import io.modelserving.model.graph.ModelGraph.Type.TensorType;
import io.modelserving.model.graph.ModelGraph.Value;

/**
 * Finds the least size of each dynamic dimension of the inputs with which kernels fit,
 * weights match, and branches that meet again have the same size. Sizes are followed
 * through convolutions, pools and what only moves dimensions, each as a function of the
 * one dimension that it comes from; where that ends, nothing is asked.
 */
final class SizeAnalysis {

	/**
	 * Sizes that are tried: each small one, and larger ones that models are built for.
	 */
	private static final List<Long> CANDIDATES = LongStream
		.concat(LongStream.rangeClosed(1, 2048), LongStream.iterate(2064, (size) -> size <= 65536, (size) -> size + 16))
		.boxed()
		.toList();

	private static final Set<String> SAME_SHAPE = Set.of("Identity", "Cast", "Relu", "LeakyRelu", "PRelu", "Elu",
			"Selu", "Celu", "Gelu", "Mish", "Sigmoid", "HardSigmoid", "HardSwish", "Swish", "Tanh", "Softplus",
			"Softsign", "Erf", "Exp", "Log", "Sqrt", "Neg", "Abs", "Clip", "Dropout", "BatchNormalization",
			"InstanceNormalization", "LayerNormalization", "GroupNormalization", "LpNormalization", "LRN", "Softmax",
			"LogSoftmax", "QuantizeLinear", "DequantizeLinear", "Floor", "Ceil", "Round", "Sin", "Cos");

	private static final Set<String> BROADCAST = Set.of("Add", "Sub", "Mul", "Div", "Pow", "Max", "Min", "Sum");

	private final GraphScope scope;

	private final Map<String, List<Size>> shapes = new HashMap<>();

	private final Map<Origin, List<LongPredicate>> demands;

	private SizeAnalysis(GraphScope scope, Map<Origin, List<LongPredicate>> demands) {
		this.scope = scope;
		this.demands = demands;
	}

	/**
	 * Analyze a graph.
	 * @return the least size of each dimension of an input, by its name; 1 where any will
	 * do; inputs without such a limit are absent
	 */
	static Map<String, List<Long>> of(Graph graph) {
		SizeAnalysis analysis = new SizeAnalysis(new GraphScope(graph, null), new LinkedHashMap<>());
		graph.inputs().forEach(analysis::begin);
		analysis.visit(graph.nodes());
		Map<String, List<Long>> sizes = new HashMap<>();
		analysis.demands.forEach((origin, demands) -> {
			long least = CANDIDATES.stream()
				.filter((size) -> demands.stream().allMatch((demand) -> demand.test(size)))
				.findFirst()
				.orElse(1L);
			if (least > 1) {
				sizes.computeIfAbsent(origin.input(), (name) -> new ArrayList<>(Collections.nCopies(origin.rank(), 1L)))
					.set(origin.axis(), least);
			}
		});
		return sizes;
	}

	private void begin(Value input) {
		if (!(input.type() instanceof TensorType type) || type.dimensions() == null) {
			return;
		}
		List<Size> sizes = new ArrayList<>();
		for (Dimension dimension : type.dimensions()) {
			Origin origin = new Origin(input.name(), sizes.size(), type.dimensions().size());
			sizes.add((dimension.size() != null) ? Size.fixed(dimension.size())
					: new Size(origin, LongUnaryOperator.identity()));
		}
		this.shapes.put(input.name(), sizes);
	}

	private void visit(List<Node> nodes) {
		for (Node node : nodes) {
			List<Size> shape = shape(node);
			if (shape != null && !node.outputs().isEmpty()) {
				this.shapes.put(node.outputs().get(0), shape);
			}
			for (Attribute attribute : node.attributes().values()) {
				for (Graph inner : attribute.graphs()) {
					if (node.operator().equals("If")) {
						SizeAnalysis branch = new SizeAnalysis(new GraphScope(inner, this.scope), this.demands);
						branch.shapes.putAll(this.shapes);
						branch.visit(inner.nodes());
					}
				}
			}
		}
	}

	private @Nullable List<Size> shape(Node node) {
		List<Size> first = shape(node, 0);
		if (first == null) {
			return null;
		}
		String operator = node.operator();
		if (SAME_SHAPE.contains(operator)) {
			return first;
		}
		if (BROADCAST.contains(operator)) {
			return broadcast(node);
		}
		return switch (operator) {
			case "Conv", "ConvInteger", "QLinearConv" -> convolved(node, first);
			case "MaxPool", "AveragePool", "LpPool" -> pooled(node, first, longs(node, "kernel_shape"));
			case "ConvTranspose" -> transposedConvolution(node, first);
			case "GlobalAveragePool", "GlobalMaxPool" ->
				replaced(first, (axis, size) -> (axis < 2) ? size : Size.fixed(1));
			case "Transpose" -> transposed(node, first);
			case "Unsqueeze" -> unsqueezed(node, first);
			case "Squeeze" -> squeezed(node, first);
			case "Flatten" -> flattened(node, first);
			case "Reshape" -> reshaped(node, first);
			case "Concat" -> concatenated(node);
			case "Resize", "Upsample" -> scaled(node, first);
			case "Gemm", "MatMul" -> multiplied(node, first);
			default -> null;
		};
	}

	private @Nullable List<Size> shape(Node node, int operand) {
		if (operand >= node.inputs().size()) {
			return null;
		}
		String name = node.inputs().get(operand);
		ConstantTensor constant = this.scope.constant(name);
		List<Size> known = this.shapes.get(name);
		return (known != null) ? known
				: (constant != null) ? constant.dimensions().stream().map(Size::fixed).toList() : null;
	}

	private @Nullable List<Size> convolved(Node node, List<Size> input) {
		int weights = node.operator().equals("QLinearConv") ? 3 : 1;
		List<Size> kernel = shape(node, weights);
		if (kernel == null || kernel.size() != input.size() || kernel.stream().anyMatch((size) -> !size.isFixed())) {
			return null;
		}
		List<Size> result = pooled(node, input, kernel.stream().skip(2).map(Size::value).toList());
		return (result == null) ? null : replaced(result, (axis, size) -> (axis == 1) ? kernel.get(0) : size);
	}

	private @Nullable List<Size> pooled(Node node, List<Size> input, List<Long> kernel) {
		int spatial = input.size() - 2;
		if (spatial < 1 || kernel.size() != spatial) {
			return null;
		}
		String padding = string(node, "auto_pad");
		boolean same = padding.startsWith("SAME");
		List<Long> pads = (padding.isEmpty() || padding.equals("NOTSET")) ? longs(node, "pads") : List.of();
		return replaced(input, (axis, size) -> {
			if (axis < 2) {
				return size;
			}
			int i = axis - 2;
			long stride = Math.max(1, at(longs(node, "strides"), i, 1));
			long extent = (kernel.get(i) - 1) * at(longs(node, "dilations"), i, 1) + 1;
			long padded = at(pads, i, 0) + at(pads, i + spatial, 0);
			Size result = size
				.map((n) -> same ? (n + stride - 1) / stride : Math.floorDiv(n + padded - extent, stride) + 1);
			demand(result, (n) -> n >= 1);
			return result;
		});
	}

	private @Nullable List<Size> transposedConvolution(Node node, List<Size> input) {
		List<Size> kernel = shape(node, 1);
		int spatial = input.size() - 2;
		if (kernel == null || kernel.size() != input.size() || !longs(node, "output_shape").isEmpty()
				|| string(node, "auto_pad").startsWith("SAME")) {
			return null;
		}
		List<Long> pads = longs(node, "pads");
		long groups = Math.max(1, at(longs(node, "group"), 0, 1));
		return replaced(input, (axis, size) -> {
			if (axis < 2) {
				return (axis == 1) ? Size.fixed(kernel.get(1).value() * groups) : size;
			}
			int i = axis - 2;
			long stride = at(longs(node, "strides"), i, 1);
			long extent = (kernel.get(axis).value() - 1) * at(longs(node, "dilations"), i, 1) + 1;
			long cut = at(pads, i, 0) + at(pads, i + spatial, 0) - at(longs(node, "output_padding"), i, 0);
			return size.map((n) -> (n - 1) * stride + extent - cut);
		});
	}

	private static @Nullable List<Size> transposed(Node node, List<Size> input) {
		List<Long> order = longs(node, "perm");
		List<Size> result = new ArrayList<>();
		for (int i = 0; i < input.size(); i++) {
			long from = order.isEmpty() ? input.size() - 1L - i : at(order, i, -1);
			if (from < 0 || from >= input.size()) {
				return null;
			}
			result.add(input.get((int) from));
		}
		return result;
	}

	private @Nullable List<Size> unsqueezed(Node node, List<Size> input) {
		List<Long> axes = axes(node);
		if (axes == null) {
			return null;
		}
		int rank = input.size() + axes.size();
		List<Size> result = new ArrayList<>(input);
		axes.stream().map((axis) -> (axis < 0) ? axis + rank : axis).sorted().forEach((axis) -> {
			if (axis >= 0 && axis <= result.size()) {
				result.add(axis.intValue(), Size.fixed(1));
			}
		});
		return (result.size() == rank) ? result : null;
	}

	private @Nullable List<Size> squeezed(Node node, List<Size> input) {
		List<Long> axes = axes(node);
		if (axes == null) {
			return null;
		}
		List<Size> result = new ArrayList<>();
		for (int i = 0; i < input.size(); i++) {
			if (!axes.contains((long) i) && !axes.contains((long) i - input.size())) {
				result.add(input.get(i));
			}
		}
		return result;
	}

	private @Nullable List<Long> axes(Node node) {
		if (node.attributes().containsKey("axes")) {
			return longs(node, "axes");
		}
		ConstantTensor axes = (node.inputs().size() > 1) ? this.scope.constant(node.inputs().get(1)) : null;
		return (axes != null) ? axes.integers() : null;
	}

	private static List<Size> flattened(Node node, List<Size> input) {
		long axis = at(longs(node, "axis"), 0, 1);
		int middle = (int) Math.max(0, Math.min(input.size(), (axis < 0) ? axis + input.size() : axis));
		return List.of(product(input.subList(0, middle)), product(input.subList(middle, input.size())));
	}

	private @Nullable List<Size> reshaped(Node node, List<Size> input) {
		ConstantTensor constant = (node.inputs().size() > 1) ? this.scope.constant(node.inputs().get(1)) : null;
		List<Long> target = (constant != null) ? constant.integers() : null;
		if (target == null) {
			return null;
		}
		List<Size> result = new ArrayList<>();
		for (int i = 0; i < target.size(); i++) {
			long size = target.get(i);
			boolean rest = size == -1 && i == target.size() - 1 && i <= input.size()
					&& target.stream().limit(i).allMatch((before) -> before == 0);
			result.add(rest ? product(input.subList(i, input.size()))
					: (size == 0 && i < input.size()) ? input.get(i) : (size > 0) ? Size.fixed(size) : Size.UNKNOWN);
		}
		return result;
	}

	private @Nullable List<Size> concatenated(Node node) {
		List<List<Size>> parts = new ArrayList<>();
		for (int i = 0; i < node.inputs().size(); i++) {
			List<Size> part = shape(node, i);
			if (part == null || (i > 0 && part.size() != parts.get(0).size())) {
				return null;
			}
			parts.add(part);
		}
		int rank = parts.get(0).size();
		long axis = at(longs(node, "axis"), 0, 0);
		long along = (axis < 0) ? axis + rank : axis;
		return replaced(parts.get(0), (i, size) -> {
			if (i == along) {
				return parts.stream().map((part) -> part.get(i)).reduce(Size.fixed(0), Size::plus);
			}
			parts.forEach((part) -> same(size, part.get(i)));
			return size;
		});
	}

	private @Nullable List<Size> scaled(Node node, List<Size> input) {
		int operand = node.operator().equals("Upsample") ? 1 : 2;
		ConstantTensor constant = (node.inputs().size() > operand) ? this.scope.constant(node.inputs().get(operand))
				: null;
		List<Double> scales = (constant != null) ? constant.reals() : null;
		if (scales == null || scales.size() != input.size()) {
			return null;
		}
		return replaced(input, (axis, size) -> size.map((n) -> (long) Math.floor(n * scales.get(axis))));
	}

	private @Nullable List<Size> multiplied(Node node, List<Size> input) {
		List<Size> weights = shape(node, 1);
		boolean plain = at(longs(node, "transA"), 0, 0) == 0;
		boolean turned = at(longs(node, "transB"), 0, 0) != 0;
		if (weights == null || weights.size() != 2 || input.isEmpty() || !plain) {
			return null;
		}
		same(input.get(input.size() - 1), weights.get(turned ? 1 : 0));
		return replaced(input, (axis, size) -> (axis == input.size() - 1) ? weights.get(turned ? 0 : 1) : size);
	}

	private @Nullable List<Size> broadcast(Node node) {
		List<Size> result = List.of();
		for (int operand = 0; operand < node.inputs().size(); operand++) {
			List<Size> next = shape(node, operand);
			if (next == null) {
				return null;
			}
			List<Size> longer = (next.size() > result.size()) ? next : result;
			List<Size> shorter = (longer == next) ? result : next;
			int offset = longer.size() - shorter.size();
			result = replaced(longer, (axis, size) -> (axis < offset) ? size : met(size, shorter.get(axis - offset)));
		}
		return result;
	}

	private Size met(Size one, Size other) {
		if (one.isFixed() && one.value() == 1) {
			return other;
		}
		if (!other.isFixed() || other.value() != 1) {
			same(one, other);
		}
		return one;
	}

	private void same(Size one, Size other) {
		if (one.origin() != null && one.origin().equals(other.origin())) {
			demand(one.origin(), (n) -> one.function().applyAsLong(n) == other.function().applyAsLong(n));
		}
		else if (one.origin() != null && other.isFixed()) {
			demand(one, (n) -> n == other.value());
		}
		else if (other.origin() != null && one.isFixed()) {
			demand(other, (n) -> n == one.value());
		}
	}

	private void demand(Size size, LongPredicate demand) {
		if (size.origin() != null) {
			demand(size.origin(), (n) -> demand.test(size.function().applyAsLong(n)));
		}
	}

	private void demand(Origin origin, LongPredicate demand) {
		this.demands.computeIfAbsent(origin, (any) -> new ArrayList<>()).add(demand);
	}

	private static List<Size> replaced(List<Size> sizes, Replacement replacement) {
		List<Size> result = new ArrayList<>();
		for (int axis = 0; axis < sizes.size(); axis++) {
			result.add(replacement.apply(axis, sizes.get(axis)));
		}
		return result;
	}

	private static Size product(List<Size> sizes) {
		return sizes.stream().reduce(Size.fixed(1), Size::times);
	}

	private static List<Long> longs(Node node, String name) {
		Attribute attribute = node.attributes().get(name);
		return (attribute != null) ? attribute.integers() : List.of();
	}

	private static String string(Node node, String name) {
		Attribute attribute = node.attributes().get(name);
		return (attribute == null || attribute.strings().isEmpty()) ? "" : attribute.strings().get(0);
	}

	private static long at(List<Long> values, int index, long otherwise) {
		return (index < values.size()) ? values.get(index) : otherwise;
	}

	@FunctionalInterface
	private interface Replacement {

		Size apply(int axis, Size size);

	}

	/**
	 * A dimension of an input whose size is not fixed.
	 */
	private record Origin(String input, int axis, int rank) {
	}

	/**
	 * The size of a dimension: fixed if there is no origin, else a function of the size
	 * of the origin. Without either it is unknown.
	 */
	private record Size(@Nullable Origin origin, @Nullable LongUnaryOperator step) {

		private static final Size UNKNOWN = new Size(null, null);

		static Size fixed(long value) {
			return new Size(null, (n) -> value);
		}

		boolean isFixed() {
			return this.origin == null && this.step != null;
		}

		LongUnaryOperator function() {
			return (this.step != null) ? this.step : (n) -> -1;
		}

		long value() {
			return function().applyAsLong(0);
		}

		Size map(LongUnaryOperator operator) {
			return (this.step != null) ? new Size(this.origin, this.step.andThen(operator)) : this;
		}

		Size plus(Size other) {
			return combined(other, Long::sum);
		}

		Size times(Size other) {
			return combined(other, (one, another) -> one * another);
		}

		private Size combined(Size other, java.util.function.LongBinaryOperator operator) {
			boolean known = this.step != null && other.step != null;
			boolean oneOrigin = this.origin == null || other.origin == null || this.origin.equals(other.origin);
			if (!known || !oneOrigin) {
				return UNKNOWN;
			}
			LongUnaryOperator one = function();
			LongUnaryOperator another = other.function();
			return new Size((this.origin != null) ? this.origin : other.origin,
					(n) -> operator.applyAsLong(one.applyAsLong(n), another.applyAsLong(n)));
		}

	}

}
