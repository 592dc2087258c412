package io.modelserving.model.graph;

import java.util.List;

/**
 * Says of an operator where the batch goes.
 */
@FunctionalInterface
interface Rule {

	/**
	 * Trace a node.
	 * @param step the node with what is known of its inputs
	 * @return what is known of its outputs; further outputs are of no use
	 * @throws Untraceable if the node mixes rows or it is not known whether it does
	 */
	List<Traced> apply(Step step);

	/**
	 * Return a rule for a node with one output.
	 */
	static Rule one(Single rule) {
		return (step) -> List.of(rule.apply(step));
	}

	/**
	 * Says of an operator with one output where the batch goes.
	 */
	@FunctionalInterface
	interface Single {

		Traced apply(Step step);

	}

}
