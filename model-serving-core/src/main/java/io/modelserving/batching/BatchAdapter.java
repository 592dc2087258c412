package io.modelserving.batching;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.modelserving.tensor.Workspace;

/**
 * How calls become a batch, and its result the results of the calls. Stateless and
 * thread-safe.
 *
 * @param <I> the type of what a call brings, and of a batch
 * @param <O> the type of what it gets, and of the result of a batch
 */
public interface BatchAdapter<I, O> {

	/**
	 * Count the rows of a call.
	 * @param input what the call brings
	 * @return the number of rows; a call of none is rejected
	 * @throws io.modelserving.model.InferenceException.InvalidInput if the call has no
	 * rows to count
	 */
	int rows(I input);

	/**
	 * Return the memory that a call takes while it waits.
	 * @param input what the call brings
	 * @return the number of bytes, 0 if it is not known
	 */
	default long bytes(I input) {
		return 0;
	}

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
	 * Say why a result cannot be taken apart.
	 * @param output the result of a batch
	 * @param inputs the calls of the batch
	 * @return what is wrong with it, or {@code null} if it has the rows of the calls
	 */
	default @Nullable String mismatch(O output, List<I> inputs) {
		return null;
	}

	/**
	 * Take a result apart.
	 * @param output the result of a batch, in which there is no mismatch
	 * @param inputs the calls of the batch, in its order
	 * @return as many results, in the same order
	 */
	List<O> scatter(O output, List<I> inputs);

	/**
	 * Put the results of the slices of one call together.
	 * @param outputs the results, in the order of the slices
	 * @return the result of the call
	 */
	O join(List<O> outputs);

	/**
	 * Return whether merging a call alone leaves it as it came.
	 * @param input what the call brings
	 * @return false if it is padded, say
	 */
	default boolean keeps(I input) {
		return true;
	}

	/**
	 * Return an adapter that runs each call alone and as it came, for when it turns out
	 * that results cannot be taken apart. A call counts as one row.
	 * @return the adapter, whose batches are of one call
	 */
	default BatchAdapter<I, O> alone() {
		return new AloneAdapter<>((input, workspace) -> merge(List.of(input), workspace), this::bytes);
	}

}
