package io.modelserving.model.graph;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A model's graph as data: what a file in the ONNX format says, but for the weights and
 * what is written for people. Immutable. The file may have said anything: names may be
 * missing, empty, or used twice.
 *
 * @param irVersion the version of the format
 * @param producer the program that wrote the file, empty if it does not say
 * @param operatorSets the versions of the operator sets by domain, {@code ""} being that
 * of ONNX itself
 * @param graph the graph
 * @param functions operators that the model defines
 */
public record ModelGraph(long irVersion, String producer, Map<String, Long> operatorSets, Graph graph,
		List<Function> functions) {

	private static final long FIRST_WITH_DEFAULTS = 4;

	public ModelGraph {
		operatorSets = Map.copyOf(operatorSets);
		functions = List.copyOf(functions);
	}

	/**
	 * Read a file. Elements of tensors and of attributes over 64 KiB are left unread, and
	 * so are files that it refers to.
	 * @param file the file
	 * @return the graph
	 * @throws IOException if the file cannot be read, is no model in the ONNX format, or
	 * is too large or too deeply nested even without its weights
	 */
	public static ModelGraph read(Path file) throws IOException {
		return GraphReader.read(file);
	}

	/**
	 * Analyze the graph. It takes time and memory in proportion to the graph.
	 * @return what it says
	 */
	public GraphAnalysis analyze() {
		return GraphAnalysis.of(this);
	}

	/**
	 * Return the inputs that a caller may give. Up to version 3 of the format, the graph
	 * listed its constants as inputs, too.
	 * @return the inputs, with and without a default
	 */
	List<Value> inputs() {
		if (this.irVersion >= FIRST_WITH_DEFAULTS) {
			return this.graph.inputs();
		}
		return this.graph.inputs()
			.stream()
			.filter((input) -> !this.graph.initializers().containsKey(input.name()))
			.toList();
	}

	/**
	 * Nodes, and what goes in and out.
	 *
	 * @param name the name
	 * @param nodes the nodes, usually each after those whose outputs it takes
	 * @param initializers constants by name; one that is an input as well is the default
	 * of that input
	 * @param inputs the inputs
	 * @param outputs the outputs
	 */
	public record Graph(String name, List<Node> nodes, Map<String, ConstantTensor> initializers, List<Value> inputs,
			List<Value> outputs) {

		public Graph {
			nodes = List.copyOf(nodes);
			initializers = Map.copyOf(initializers);
			inputs = List.copyOf(inputs);
			outputs = List.copyOf(outputs);
		}

	}

	/**
	 * An operator at work.
	 *
	 * @param name the name, often empty
	 * @param operator the operator
	 * @param domain the domain of the operator, {@code ""} for those of ONNX itself
	 * @param overload which of several functions of one name is meant, most often empty
	 * @param inputs the names of the inputs; an empty name is an input that is left out
	 * @param outputs the names of the outputs; an empty name is an output that is not
	 * wanted
	 * @param attributes the attributes by name
	 */
	public record Node(String name, String operator, String domain, String overload, List<String> inputs,
			List<String> outputs, Map<String, Attribute> attributes) {

		public Node {
			inputs = List.copyOf(inputs);
			outputs = List.copyOf(outputs);
			attributes = Map.copyOf(attributes);
		}

	}

	/**
	 * An attribute of a node. One component holds what the kind says, the others are
	 * empty.
	 *
	 * @param kind what the attribute is
	 * @param complete whether all of it was read; long lists are left out
	 * @param reference the attribute of the surrounding function that stands here, or
	 * empty
	 * @param integers one or several integers
	 * @param reals one or several real numbers
	 * @param strings one or several strings
	 * @param tensors one or several tensors
	 * @param graphs one or several graphs
	 */
	public record Attribute(Kind kind, boolean complete, String reference, List<Long> integers, List<Double> reals,
			List<String> strings, List<ConstantTensor> tensors, List<Graph> graphs) {

		public Attribute {
			integers = List.copyOf(integers);
			reals = List.copyOf(reals);
			strings = List.copyOf(strings);
			tensors = List.copyOf(tensors);
			graphs = List.copyOf(graphs);
		}

		/** Kinds of attributes. */
		enum Kind {

			INTEGER, INTEGERS, REAL, REALS, STRING, STRINGS, TENSOR, TENSORS, GRAPH, GRAPHS, OTHER

		}

	}

	/**
	 * An operator that the model defines.
	 *
	 * @param name the name
	 * @param domain the domain, {@code ""} for that of ONNX itself
	 * @param overload which of several functions of one name this is, most often empty
	 * @param operatorSets the versions of the operator sets that its nodes use
	 * @param inputs the names of the inputs
	 * @param outputs the names of the outputs
	 * @param defaults the attributes that have a default
	 * @param nodes the nodes
	 */
	record Function(String name, String domain, String overload, Map<String, Long> operatorSets, List<String> inputs,
			List<String> outputs, Map<String, Attribute> defaults, List<Node> nodes) {

		public Function {
			operatorSets = Map.copyOf(operatorSets);
			inputs = List.copyOf(inputs);
			outputs = List.copyOf(outputs);
			defaults = Map.copyOf(defaults);
			nodes = List.copyOf(nodes);
		}

	}

	/**
	 * An input or output.
	 *
	 * @param name the name
	 * @param type the type
	 */
	public record Value(String name, Type type) {
	}

	/** A type of a value. */
	public sealed interface Type {

		/**
		 * A tensor.
		 *
		 * @param elementType the type of the elements
		 * @param dimensions the dimensions, or {@code null} if not even their number is
		 * known
		 */
		record TensorType(ElementType elementType, @Nullable List<Dimension> dimensions) implements Type {

			public TensorType {
				dimensions = (dimensions != null) ? List.copyOf(dimensions) : null;
			}

		}

		/**
		 * A list of values.
		 *
		 * @param element the type of each
		 */
		record SequenceType(Type element) implements Type {
		}

		/**
		 * A map.
		 *
		 * @param key the type of the keys
		 * @param value the type of the values
		 */
		record MapType(ElementType key, Type value) implements Type {
		}

		/**
		 * A value that may be missing.
		 *
		 * @param element its type
		 */
		record OptionalType(Type element) implements Type {
		}

		/** Anything else, or not said. */
		record OtherType() implements Type {
		}

	}

	/**
	 * A dimension of an input or output.
	 *
	 * @param size the size, or {@code null} if it is not fixed
	 * @param symbol the name that the exporter gave it, or empty; equal names are a hint
	 * and no more
	 */
	public record Dimension(@Nullable Long size, String symbol) {

		boolean isFixed() {
			return this.size != null;
		}

	}

}
