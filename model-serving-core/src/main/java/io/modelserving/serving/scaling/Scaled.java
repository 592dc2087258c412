package io.modelserving.serving.scaling;

import io.modelserving.model.ModelKey;

/**
 * The number of instances of a version of a model has changed.
 *
 * @param model the model and version
 * @param from the number on each device before
 * @param to the number on each device now
 * @param reason why, in words for the operator
 */
public record Scaled(ModelKey model, int from, int to, String reason) {

	public Direction direction() {
		return (this.to > this.from) ? Direction.UP : Direction.DOWN;
	}

	/**
	 * Whether there are more or fewer.
	 */
	public enum Direction {

		/** More. */
		UP,

		/** Fewer. */
		DOWN

	}

}
