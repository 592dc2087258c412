package io.modelserving.model.graph;

/**
 * Why a model may give another result for the same inputs.
 *
 * @param node the node; its first output if it has no name; empty if nothing is known of
 * the graph
 * @param operator the operator of the node, with its domain if it is not ONNX's own;
 * empty as above
 * @param reason what the operator does
 */
public record Randomness(String node, String operator, String reason) {

	/**
	 * Return the reason in words for the operator.
	 * @return for instance {@code node noise (RandomNormal) draws random numbers}
	 */
	public String describe() {
		return this.operator.isEmpty() ? this.reason
				: "node %s (%s) %s".formatted(this.node, this.operator, this.reason);
	}

}
