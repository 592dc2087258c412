package io.modelserving.sequence;

import java.time.Duration;
import java.util.List;

import io.modelserving.tensor.TensorSpec;

/**
 * The sequences of one version of a model at one moment.
 *
 * @param states what is kept of each
 * @param idleTimeout how long a sequence is kept without a request
 * @param maxSequences the most sequences that there may be at once
 * @param active how many there are
 * @param waiting how many requests wait for the request before them in their sequence
 * @param bytes the memory that the states take
 */
public record SequenceStatus(List<State> states, Duration idleTimeout, int maxSequences, int active, int waiting,
		long bytes) {

	public SequenceStatus {
		states = List.copyOf(states);
	}

	/**
	 * A state.
	 *
	 * @param input the model's input that takes it
	 * @param output the model's output that gives it
	 * @param initial the value of all its elements at the start of a sequence
	 */
	public record State(TensorSpec input, TensorSpec output, double initial) {
	}

}
