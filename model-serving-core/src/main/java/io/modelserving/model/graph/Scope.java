package io.modelserving.model.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.modelserving.model.graph.RowIndependence.Unknown;
import io.modelserving.model.graph.ModelGraph.Attribute;
import io.modelserving.model.graph.ModelGraph.Node;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the values of a graph while its nodes are traced. A graph within
 * another sees the values of that one; a function sees none but its own.
 */
final class Scope {

	private final @Nullable Scope parent;

	private final Map<String, Long> operatorSets;

	private final @Nullable Map<String, Attribute> arguments;

	private final Map<String, Traced> values = new HashMap<>();

	private final Set<String> leftOut = new HashSet<>();

	/**
	 * Create a scope.
	 * @param parent the surrounding scope, if there is one
	 * @param operatorSets the versions of operator sets
	 * @param arguments the attributes of the surrounding function, or {@code null} if
	 * there is none
	 */
	Scope(@Nullable Scope parent, Map<String, Long> operatorSets, @Nullable Map<String, Attribute> arguments) {
		this.parent = parent;
		this.operatorSets = operatorSets;
		this.arguments = arguments;
	}

	Scope inner() {
		return new Scope(this, this.operatorSets, this.arguments);
	}

	long version(String domain) {
		return this.operatorSets.getOrDefault(domain, 1L);
	}

	void define(String name, Traced value) {
		this.values.put(name, value);
	}

	/**
	 * Note an input of a function that the caller leaves out.
	 */
	void leaveOut(String name) {
		this.leftOut.add(name);
	}

	boolean definesItself(String name) {
		return this.values.containsKey(name);
	}

	boolean defines(String name) {
		return this.values.containsKey(name) || (this.parent != null && this.parent.defines(name));
	}

	Traced get(String name) {
		Traced value = this.values.get(name);
		if (value != null) {
			return value;
		}
		return (this.parent != null) ? this.parent.get(name)
				: Traced.failed(new Unknown("", "", "the graph has no value \"%s\"".formatted(name)));
	}

	/**
	 * Return a node as it is within the surrounding function: with the attributes that
	 * the function got, and without the inputs that it did not get.
	 */
	Node bind(Node node) {
		if (this.arguments == null) {
			return node;
		}
		Map<String, Attribute> attributes = new HashMap<>();
		node.attributes().forEach((name, attribute) -> {
			Attribute bound = attribute.reference().isEmpty() ? attribute : this.arguments.get(attribute.reference());
			if (bound != null) {
				attributes.put(name, bound);
			}
		});
		return new Node(node.name(), node.operator(), node.domain(), node.overload(), node.inputs(), node.outputs(),
				attributes);
	}

	/**
	 * Return what is known of the inputs of a node, with {@code null} for those that are
	 * left out.
	 */
	List<@Nullable Traced> inputs(Node node) {
		List<@Nullable Traced> inputs = new ArrayList<>();
		node.inputs().forEach((name) -> inputs.add((name.isEmpty() || isLeftOut(name)) ? null : get(name)));
		return inputs;
	}

	private boolean isLeftOut(String name) {
		return !this.values.containsKey(name)
				&& (this.leftOut.contains(name) || (this.parent != null && this.parent.isLeftOut(name)));
	}

}
