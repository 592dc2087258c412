package io.modelserving.model.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import io.modelserving.model.graph.RowIndependence.Mixes;
import io.modelserving.model.graph.RowIndependence.Unknown;
import io.modelserving.model.graph.ModelGraph.Attribute;
import io.modelserving.model.graph.ModelGraph.Graph;
import io.modelserving.model.graph.ModelGraph.Node;
import org.jspecify.annotations.Nullable;

/**
 * A node with what is known of its inputs, for a {@link Rule}.
 */
final class Step {

	private final Node node;

	private final List<@Nullable Traced> inputs;

	private final long version;

	private final Tracer tracer;

	private final Scope scope;

	/**
	 * Create a step.
	 * @param node the node
	 * @param inputs what is known of its inputs, {@code null} for those left out
	 * @param version the version of the operator set
	 * @param tracer for the graphs that the node contains
	 * @param scope what surrounds the node
	 */
	Step(Node node, List<@Nullable Traced> inputs, long version, Tracer tracer, Scope scope) {
		this.node = node;
		this.inputs = inputs;
		this.version = version;
		this.tracer = tracer;
		this.scope = scope;
	}

	Node node() {
		return this.node;
	}

	long version() {
		return this.version;
	}

	Symbols symbols() {
		return this.tracer.symbols();
	}

	/**
	 * Trace a graph that the node contains.
	 * @param graph the graph
	 * @param inputs what is known of its inputs
	 * @return what is known of its outputs
	 * @throws Untraceable if nothing is known of one of them
	 */
	List<Traced> trace(Graph graph, List<Traced> inputs) {
		Scope inner = this.scope.inner();
		if (graph.inputs().size() != inputs.size()) {
			throw unknown("its graph takes another number of inputs");
		}
		for (int i = 0; i < inputs.size(); i++) {
			inner.define(graph.inputs().get(i).name(), inputs.get(i));
		}
		List<Traced> outputs = this.tracer.trace(graph, inner);
		for (Traced output : outputs) {
			if (output.failure() != null) {
				throw new Untraceable(output.failure());
			}
		}
		return outputs;
	}

	Untraceable mixes(String reason) {
		return new Untraceable(new Mixes(name(this.node), this.node.operator(), reason));
	}

	Untraceable unknown(String reason) {
		return new Untraceable(new Unknown(name(this.node), this.node.operator(), reason));
	}

	static String name(Node node) {
		if (!node.name().isEmpty()) {
			return node.name();
		}
		return node.outputs().stream().filter((output) -> !output.isEmpty()).findFirst().orElse(node.operator());
	}

	int inputCount() {
		return this.inputs.size();
	}

	int outputCount() {
		return this.node.outputs().size();
	}

	boolean has(int index) {
		return index < this.inputs.size() && this.inputs.get(index) != null;
	}

	/**
	 * Return an input with all that is known of it.
	 */
	Traced raw(int index) {
		Traced input = (index < this.inputs.size()) ? this.inputs.get(index) : null;
		if (input == null) {
			throw unknown("input %d is missing".formatted(index));
		}
		if (input.padding() != null) {
			return checked(input);
		}
		return input;
	}

	/**
	 * Return the first input, which may be filled up to the length of the longest row.
	 */
	Traced padded() {
		Traced input = has(0) ? this.inputs.get(0) : null;
		return (input != null) ? input : raw(0);
	}

	/**
	 * Return an input that is taken for its values.
	 * @throws Untraceable if these depend on the number of rows or on their position
	 */
	Traced input(int index) {
		return checked(raw(index));
	}

	Traced checked(Traced input) {
		if (input.countsRows()) {
			throw mixes("it computes with the number of rows in the batch");
		}
		if (input.position() != null) {
			throw mixes("it computes with the position of a row in the batch");
		}
		if (input.padding() != null) {
			throw mixes("the longest text of the batch decides the size for all");
		}
		if (input.items() != null) {
			throw unknown("it takes a sequence");
		}
		return input;
	}

	/**
	 * Return all inputs that are not left out, for their values.
	 */
	List<Traced> inputs() {
		return IntStream.range(0, inputCount()).filter(this::has).mapToObj(this::input).toList();
	}

	/**
	 * Require inputs to carry no batch, as parameters do not.
	 * @param from the first of them; those left out are passed over
	 */
	void requireShared(int from) {
		for (int i = from; i < inputCount(); i++) {
			if (has(i) && input(i).isBatched()) {
				throw mixes("its input \"%s\" is different for each row".formatted(this.node.inputs().get(i)));
			}
		}
	}

	/**
	 * Return the elements of a parameter such as a shape or a list of axes.
	 * @return the elements, which may contain the number of rows, or {@code null} if they
	 * are not known
	 */
	@Nullable List<SymbolicInt> elements(int index) {
		Traced input = raw(index);
		if (input.isBatched()) {
			throw mixes("a row of the batch decides a shape, a size or a place for all");
		}
		return input.content();
	}

	/**
	 * Return the elements of a parameter if all are constants.
	 */
	@Nullable List<Long> constants(int index) {
		List<SymbolicInt> elements = elements(index);
		if (elements == null || !elements.stream().allMatch(SymbolicInt::isConstant)) {
			return null;
		}
		return elements.stream().map(SymbolicInt::factor).toList();
	}

	@Nullable Attribute attribute(String name) {
		return this.node.attributes().get(name);
	}

	boolean hasAttribute(String name) {
		return attribute(name) != null;
	}

	long integer(String name, long otherwise) {
		Attribute attribute = attribute(name);
		return (attribute != null && !attribute.integers().isEmpty()) ? attribute.integers().get(0) : otherwise;
	}

	@Nullable List<Long> integers(String name) {
		Attribute attribute = attribute(name);
		if (attribute != null && !attribute.complete()) {
			throw unknown("its attribute %s is too long".formatted(name));
		}
		return (attribute != null) ? attribute.integers() : null;
	}

	String text(String name, String otherwise) {
		Attribute attribute = attribute(name);
		return (attribute != null && !attribute.strings().isEmpty()) ? attribute.strings().get(0) : otherwise;
	}

	Graph graph(String name) {
		Attribute attribute = attribute(name);
		if (attribute == null || attribute.graphs().size() != 1) {
			throw unknown("it has no graph \"%s\"".formatted(name));
		}
		return attribute.graphs().get(0);
	}

	/**
	 * Return the dimensions of a value whose rank a rule has to know.
	 */
	List<SymbolicInt> shape(Traced value) {
		List<SymbolicInt> shape = value.shape();
		if (shape == null) {
			throw unknown("the number of dimensions of an input is not known");
		}
		return shape;
	}

	/**
	 * Return the batch axis of a value that has one.
	 */
	BatchAxis batch(Traced value) {
		BatchAxis batch = value.batch();
		if (batch == null) {
			throw mixes("an input carries no batch where another does");
		}
		return batch;
	}

	int axis(long axis, int rank) {
		long counted = (axis < 0) ? axis + rank : axis;
		if (counted < 0 || counted >= Math.max(rank, 1)) {
			throw unknown("axis %d is outside of %d dimensions".formatted(axis, rank));
		}
		return (int) counted;
	}

	List<Integer> axes(List<Long> axes, int rank) {
		List<Integer> counted = new ArrayList<>();
		axes.forEach((axis) -> counted.add(axis(axis, rank)));
		return counted;
	}

	/**
	 * Require an axis not to be that of the batch.
	 */
	void requireApart(Traced value, int axis, String does) {
		if (value.batch() != null && value.batch().axis() == axis) {
			throw mixes("it %s the batch".formatted(does));
		}
	}

	/**
	 * Require the batch, if there is one, to be the given axis.
	 */
	void requireAt(Traced value, int axis) {
		if (value.batch() != null && value.batch().axis() != axis) {
			throw mixes(
					"it expects the batch at axis %d, where it is at axis %d".formatted(axis, value.batch().axis()));
		}
	}

	SymbolicInt unknownSize() {
		return symbols().fresh(true);
	}

	List<SymbolicInt> unknownSizes(int count) {
		return IntStream.range(0, count).mapToObj((i) -> unknownSize()).toList();
	}

}
