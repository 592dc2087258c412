package io.modelserving.model.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.modelserving.model.graph.ModelGraph.Graph;
import io.modelserving.model.graph.ModelGraph.Node;

/**
 * The order in which nodes run: each after those whose outputs it takes, also within the
 * graphs that it contains. Files should have it and need not.
 */
final class NodeOrder {

	private NodeOrder() {
	}

	/**
	 * Sort nodes.
	 * @param nodes the nodes
	 * @return the nodes in the order in which they run; those of a cycle are missing
	 */
	static List<Node> sort(List<Node> nodes) {
		Map<String, Integer> producers = new HashMap<>();
		for (int i = 0; i < nodes.size(); i++) {
			for (String output : nodes.get(i).outputs()) {
				producers.putIfAbsent(output, i);
			}
		}
		producers.remove("");
		List<List<Integer>> consumers = new ArrayList<>();
		int[] missing = new int[nodes.size()];
		nodes.forEach((node) -> consumers.add(new ArrayList<>()));
		boolean sorted = true;
		for (int i = 0; i < nodes.size(); i++) {
			Set<String> names = new HashSet<>(nodes.get(i).inputs());
			nodes.get(i)
				.attributes()
				.values()
				.forEach((attribute) -> attribute.graphs().forEach((graph) -> collectNames(graph, names)));
			for (String name : names) {
				Integer producer = producers.get(name);
				if (producer != null) {
					consumers.get(producer).add(i);
					missing[i]++;
					sorted &= producer < i;
				}
			}
		}
		return sorted ? nodes : sort(nodes, consumers, missing);
	}

	private static List<Node> sort(List<Node> nodes, List<List<Integer>> consumers, int[] missing) {
		Deque<Integer> ready = new ArrayDeque<>();
		for (int i = 0; i < missing.length; i++) {
			if (missing[i] == 0) {
				ready.add(i);
			}
		}
		List<Node> ordered = new ArrayList<>();
		while (!ready.isEmpty()) {
			int next = ready.remove();
			ordered.add(nodes.get(next));
			for (int consumer : consumers.get(next)) {
				if (--missing[consumer] == 0) {
					ready.add(consumer);
				}
			}
		}
		return ordered;
	}

	/**
	 * Collect all names that a graph takes, also from what surrounds it.
	 */
	static void collectNames(Graph graph, Set<String> names) {
		graph.outputs().forEach((output) -> names.add(output.name()));
		for (Node node : graph.nodes()) {
			names.addAll(node.inputs());
			node.attributes()
				.values()
				.forEach((attribute) -> attribute.graphs().forEach((inner) -> collectNames(inner, names)));
		}
	}

}
