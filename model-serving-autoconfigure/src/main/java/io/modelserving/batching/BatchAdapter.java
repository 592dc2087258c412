package io.modelserving.batching;

import java.util.List;

import io.modelserving.tensor.Workspace;

/**
 * How calls become a batch, and its answer the answers of the calls. Stateless and
 * thread-safe.
 *
 * @param <I> the type of what a call brings, and of a batch
 * @param <O> the type of what it gets, and of the answer to a batch
 */
public interface BatchAdapter<I, O> {

	/**
	 * Count the rows of a call.
	 * @param input what the call brings
	 * @return the number of rows; a call of none is refused
	 * @throws io.modelserving.model.InferenceException.InvalidInput if the call has no
	 * rows to count
	 */
	int rows(I input);

	/**
	 * Return what calls must have in common to share a batch.
	 * @param input what the call brings
	 * @return a value with {@code equals} and {@code hashCode}
	 */
	Object group(I input);

	/**
	 * Take some rows of a call that is larger than a batch.
	 * @param input what the call brings
	 * @param from the first row
	 * @param to the row after the last
	 * @return a call of those rows
	 */
	I slice(I input, int from, int to);

	/**
	 * Put calls together.
	 * @param inputs calls of one group, at least one
	 * @param workspace memory for the batch; it is not used again before the batch has
	 * run
	 * @return the batch
	 */
	I merge(List<I> inputs, Workspace workspace);

	/**
	 * Take an answer apart.
	 * @param output the answer to a batch
	 * @param inputs the calls of the batch, in its order
	 * @return as many answers, in the same order
	 * @throws IllegalStateException if the answer does not have as many rows as the calls
	 */
	List<O> scatter(O output, List<I> inputs);

	/**
	 * Put the answers to the slices of one call together.
	 * @param outputs the answers, in the order of the slices
	 * @return the answer to the call
	 */
	O join(List<O> outputs);

}
