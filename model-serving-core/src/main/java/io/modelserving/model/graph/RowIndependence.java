package io.modelserving.model.graph;

/**
 * Whether the rows of a batch are independent of each other, by what the graph says.
 * Immutable.
 */
public sealed interface RowIndependence {

	/**
	 * Describe it to the operator of the model.
	 * @return one sentence without a full stop
	 */
	String describe();

	/**
	 * For every batch of valid rows, each row's part of the outputs is what the row alone
	 * gives, up to rounding. {@link GraphAnalysis} says which inputs and outputs carry
	 * the batch, and along which dimension.
	 *
	 * @param note what limits the use of it, for instance inputs that carry no batch, or
	 * empty
	 */
	record Proven(String note) implements RowIndependence {

		public Proven() {
			this("");
		}

		@Override
		public String describe() {
			return "proven: rows are independent" + (this.note.isEmpty() ? "" : "; " + this.note);
		}

	}

	/**
	 * A row can change what another row gives, or the model does not run with the rows of
	 * a batch together.
	 *
	 * @param node the node that is the reason; its first output if it has no name, empty
	 * if it is an output of the model
	 * @param operator the operator of the node
	 * @param reason what the node does
	 */
	record Mixes(String node, String operator, String reason) implements RowIndependence {

		@Override
		public String describe() {
			return "mixes" + at(this.node, this.operator) + ": " + this.reason;
		}

	}

	/**
	 * The graph does not say enough.
	 *
	 * @param node the node that is the reason; its first output if it has no name, empty
	 * if the reason is no node
	 * @param operator the operator of the node
	 * @param reason what is not known
	 */
	record Unknown(String node, String operator, String reason) implements RowIndependence {

		@Override
		public String describe() {
			return "unknown" + at(this.node, this.operator) + ": " + this.reason;
		}

	}

	private static String at(String node, String operator) {
		if (node.isEmpty()) {
			return "";
		}
		return operator.isEmpty() ? " at " + node : " at node %s (%s)".formatted(node, operator);
	}

}
