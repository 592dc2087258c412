package io.modelserving.model.graph;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.modelserving.model.graph.ModelGraph.Attribute;
import io.modelserving.model.graph.ModelGraph.Dimension;
import io.modelserving.model.graph.ModelGraph.Graph;
import io.modelserving.model.graph.ModelGraph.Node;
import io.modelserving.model.graph.ModelGraph.Type;
import io.modelserving.model.graph.ModelGraph.Type.TensorType;
import io.modelserving.model.graph.ModelGraph.Value;

/**
 * The names that the nodes of a graph can use: its own, and those of the graphs around
 * it. Says what a value is: a constant, of which element type, of which size.
 */
final class GraphScope {

	static final long UNKNOWN = -1;

	/** A chain of nodes that is longer is not followed to its beginning. */
	private static final int LONGEST_CHAIN = 10_000;

	private static final Set<String> SAME_ELEMENTS = Set.of("Identity", "Cast", "CastLike", "Unsqueeze", "Squeeze",
			"Reshape", "Flatten");

	private static final Set<String> SAME_SHAPE = Set.of("Identity", "Cast", "CastLike", "DequantizeLinear");

	private static final Set<String> INT64_RESULT = Set.of("Shape", "Size", "ArgMax", "ArgMin", "NonZero",
			"NonMaxSuppression", "SequenceLength", "StringSplit");

	private static final Set<String> BOOLEAN_RESULT = Set.of("Equal", "Greater", "GreaterOrEqual", "Less",
			"LessOrEqual", "Not", "And", "Or", "Xor", "IsNaN", "IsInf", "RegexFullMatch");

	private static final Set<String> SECOND_OPERAND_TYPE = Set.of("Where", "CastLike");

	private static final Set<String> REAL_RESULT = Set.of("DequantizeLinear", "Normalizer", "Scaler", "LinearRegressor",
			"SVMRegressor", "TreeEnsembleRegressor", "OneHotEncoder", "FeatureVectorizer", "TfIdfVectorizer",
			"RandomNormal", "RandomUniform");

	private final @Nullable GraphScope parent;

	private final Map<String, Type> inputs = new HashMap<>();

	private final Map<String, ConstantTensor> initializers;

	private final Map<String, Node> producers = new HashMap<>();

	GraphScope(Graph graph, @Nullable GraphScope parent) {
		this(graph.inputs(), graph.initializers(), graph.nodes(), parent);
	}

	GraphScope(List<Value> inputs, Map<String, ConstantTensor> initializers, List<Node> nodes,
			@Nullable GraphScope parent) {
		this.parent = parent;
		this.initializers = initializers;
		inputs.forEach((input) -> this.inputs.put(input.name(), input.type()));
		nodes.forEach((node) -> node.outputs().forEach((output) -> this.producers.put(output, node)));
	}

	private boolean defines(String name) {
		return this.inputs.containsKey(name) || this.initializers.containsKey(name) || this.producers.containsKey(name);
	}

	/**
	 * Find the scope that defines a value.
	 * @return the scope, or {@code null} if none does
	 */
	@Nullable GraphScope owner(String name) {
		GraphScope scope = this;
		while (scope != null && !scope.defines(name)) {
			scope = scope.parent;
		}
		return scope;
	}

	/**
	 * Return the constant that a value is, whatever shape it has been given since.
	 * @return the constant, or {@code null} if the value is none
	 */
	@Nullable ConstantTensor constant(String name) {
		return constant(name, SAME_ELEMENTS);
	}

	/**
	 * Return the constant that a value is, and that no caller can replace.
	 * @return the constant, or {@code null} if the value is none
	 */
	@Nullable ConstantTensor fixed(String name) {
		ConstantTensor constant = constant(name);
		return (constant != null && !isReplaceable(name)) ? constant : null;
	}

	/** An initializer that is an input as well is a default, which a caller replaces. */
	private boolean isReplaceable(String name) {
		String current = name;
		for (int i = 0; i < LONGEST_CHAIN; i++) {
			GraphScope owner = owner(current);
			if (owner == null || owner.inputs.containsKey(current)) {
				return true;
			}
			Node producer = owner.producers.get(current);
			if (producer == null || producer.inputs().isEmpty()) {
				return false;
			}
			current = producer.inputs().get(0);
		}
		return true;
	}

	private @Nullable ConstantTensor constant(String name, Set<String> followed) {
		String current = name;
		for (int i = 0; i < LONGEST_CHAIN; i++) {
			GraphScope owner = owner(current);
			if (owner == null) {
				return null;
			}
			ConstantTensor initializer = owner.initializers.get(current);
			if (initializer != null) {
				return initializer;
			}
			Node producer = owner.producers.get(current);
			if (producer == null) {
				return null;
			}
			if (producer.operator().equals("Constant")) {
				return value(producer);
			}
			if (!followed.contains(producer.operator()) || producer.inputs().isEmpty()) {
				return null;
			}
			current = producer.inputs().get(0);
		}
		return null;
	}

	private static @Nullable ConstantTensor value(Node constant) {
		for (Map.Entry<String, Attribute> entry : constant.attributes().entrySet()) {
			Attribute attribute = entry.getValue();
			if (!attribute.complete() || !attribute.reference().isEmpty()) {
				continue;
			}
			switch (entry.getKey()) {
				case "value" -> {
					return attribute.tensors().isEmpty() ? null : attribute.tensors().get(0);
				}
				case "value_int", "value_ints" -> {
					return new ConstantTensor(ElementType.INT64, dimensions(entry.getKey(), attribute.integers()),
							attribute.integers().stream().mapToLong(Long::longValue).toArray());
				}
				case "value_float", "value_floats" -> {
					return new ConstantTensor(ElementType.FLOAT, dimensions(entry.getKey(), attribute.reals()),
							attribute.reals().stream().mapToDouble(Double::doubleValue).toArray());
				}
				case "value_string", "value_strings" -> {
					return new ConstantTensor(ElementType.STRING, dimensions(entry.getKey(), attribute.strings()),
							attribute.strings());
				}
				default -> {
					// says nothing of the value
				}
			}
		}
		return null;
	}

	private static List<Long> dimensions(String attribute, List<?> elements) {
		return attribute.endsWith("s") ? List.of((long) elements.size()) : List.of();
	}

	/**
	 * Return whether a value is an input of one element, whatever shape it has been given
	 * since.
	 */
	boolean isScalarInput(String name) {
		String current = name;
		for (int i = 0; i < LONGEST_CHAIN; i++) {
			GraphScope owner = owner(current);
			if (owner == null) {
				return false;
			}
			if (owner.inputs.get(current) instanceof TensorType type) {
				List<Dimension> dimensions = type.dimensions();
				return dimensions != null
						&& dimensions.stream().allMatch((dimension) -> Long.valueOf(1).equals(dimension.size()));
			}
			Node producer = owner.producers.get(current);
			if (producer == null || !SAME_ELEMENTS.contains(producer.operator()) || producer.inputs().isEmpty()) {
				return false;
			}
			current = producer.inputs().get(0);
		}
		return false;
	}

	/**
	 * Return the size of a dimension of a value.
	 * @param axis the dimension, counted from the last if negative
	 * @return the size, or {@link #UNKNOWN}
	 */
	long size(String name, long axis) {
		ConstantTensor constant = constant(name, SAME_SHAPE);
		if (constant != null) {
			int index = (int) ((axis < 0) ? axis + constant.dimensions().size() : axis);
			return (index >= 0 && index < constant.dimensions().size()) ? constant.dimensions().get(index) : UNKNOWN;
		}
		GraphScope owner = owner(name);
		if (owner == null || !(owner.inputs.get(name) instanceof TensorType type) || type.dimensions() == null) {
			return UNKNOWN;
		}
		int index = (int) ((axis < 0) ? axis + type.dimensions().size() : axis);
		Dimension dimension = (index >= 0 && index < type.dimensions().size()) ? type.dimensions().get(index) : null;
		return (dimension != null && dimension.size() != null) ? dimension.size() : UNKNOWN;
	}

	/**
	 * Return the element type of a value.
	 * @return the type, {@link ElementType#UNDEFINED} if it is not known
	 */
	ElementType type(String name) {
		String current = name;
		for (int i = 0; i < LONGEST_CHAIN; i++) {
			GraphScope owner = owner(current);
			if (owner == null) {
				return ElementType.UNDEFINED;
			}
			ConstantTensor constant = owner.initializers.get(current);
			if (constant != null) {
				return constant.elementType();
			}
			if (owner.inputs.get(current) instanceof TensorType type) {
				return type.elementType();
			}
			Node producer = owner.producers.get(current);
			if (producer == null) {
				return ElementType.UNDEFINED;
			}
			ElementType own = resultType(producer);
			if (own != null) {
				return own;
			}
			int operand = SECOND_OPERAND_TYPE.contains(producer.operator()) ? 1 : 0;
			if (producer.inputs().size() <= operand) {
				return ElementType.UNDEFINED;
			}
			current = producer.inputs().get(operand);
		}
		return ElementType.UNDEFINED;
	}

	private static @Nullable ElementType resultType(Node node) {
		String operator = node.operator();
		if (operator.equals("Constant")) {
			ConstantTensor value = value(node);
			return (value != null) ? value.elementType() : ElementType.UNDEFINED;
		}
		if (operator.equals("ConstantOfShape")) {
			Attribute value = node.attributes().get("value");
			return (value == null || value.tensors().isEmpty()) ? ElementType.FLOAT
					: value.tensors().get(0).elementType();
		}
		Attribute to = node.attributes().get("to");
		if (operator.equals("Cast") && to != null && !to.integers().isEmpty()) {
			return ElementType.of(to.integers().get(0).intValue());
		}
		return INT64_RESULT.contains(operator) ? ElementType.INT64 : BOOLEAN_RESULT.contains(operator)
				? ElementType.BOOL : REAL_RESULT.contains(operator) ? ElementType.FLOAT : null;
	}

}
