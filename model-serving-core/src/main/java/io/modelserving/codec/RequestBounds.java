package io.modelserving.codec;

import io.modelserving.model.InferenceException.InvalidInput;

/**
 * How many parts a request may have, over HTTP and gRPC alike. A request with more is
 * rejected before they are read.
 */
public final class RequestBounds {

	/** The most inputs of a request, and the most outputs that it may ask for. */
	public static final int MAX_TENSORS = 10_000;

	/** The most parameters of a request, an input or an output. */
	public static final int MAX_PARAMETERS = 1_000;

	private RequestBounds() {
	}

	/**
	 * Check the number of inputs or of outputs.
	 * @param what {@code inputs} or {@code outputs}
	 * @param count how many there are, at least
	 * @throws InvalidInput if there are too many
	 */
	public static void requireTensors(String what, int count) {
		require(what, count, MAX_TENSORS);
	}

	/**
	 * Check the number of parameters.
	 * @param count how many there are, at least
	 * @throws InvalidInput if there are too many
	 */
	public static void requireParameters(int count) {
		require("parameters", count, MAX_PARAMETERS);
	}

	private static void require(String what, int count, int most) {
		if (count > most) {
			throw new InvalidInput("there are more than %d %s, which is the most that are taken".formatted(most, what));
		}
	}

}
