package io.modelserving.model.graph;

/**
 * Something that a model does and that a caller can turn against the process.
 *
 * @param node the node; its first output if it has no name
 * @param operator the operator of the node
 * @param description what can happen, and by which input
 */
public record Hazard(String node, String operator, String description) {
}
