package io.modelserving.batching;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.admission.Prediction;
import io.modelserving.model.InferenceException.Overloaded;

/**
 * A batcher whose limits and instances change while calls are running. Thread-safe.
 *
 * @param <I> the type of an input
 * @param <O> the type of a result
 */
public interface AdjustableBatcher<I, O> extends Batcher<I, O> {

	/**
	 * Hand in a call, as {@link #submit(Object, Deadline, int)} does, that arrived at the
	 * server earlier.
	 * @param input what to run, already checked
	 * @param deadline until when the result is of use
	 * @param priority the level that the call waits at, or 0 for the default one
	 * @param arrival the nanosecond time of its arrival, from which an objective counts
	 * @param release runs once, as soon as no instance will read the input again: at once
	 * if the call is rejected, and maybe before or after it is completed
	 * @param said what else is said of the call, which the control of a run for it alone
	 * gives; {@code null} if that is nothing
	 * @return the result
	 */
	CompletableFuture<O> submit(I input, Deadline deadline, int priority, long arrival, Runnable release,
			@Nullable Object said);

	/**
	 * Hand in a call of which nothing else is said.
	 */
	default CompletableFuture<O> submit(I input, Deadline deadline, int priority, long arrival, Runnable release) {
		return submit(input, deadline, priority, arrival, release, null);
	}

	/**
	 * Hand in a call whose input is not given back.
	 */
	default CompletableFuture<O> submit(I input, Deadline deadline, int priority, long arrival) {
		return submit(input, deadline, priority, arrival, () -> {
		});
	}

	/**
	 * Say whether a call of one row that arrives now would be rejected, so that nothing
	 * need be spent on reading it. Counts the rejection, if it is one.
	 * @param priority the level that the call would wait at, or 0 for the default one
	 * @param arrival the nanosecond time of its arrival at the server
	 * @return the rejection, or empty if it may be handed in, which may still reject it
	 */
	Optional<Overloaded> rejection(int priority, long arrival);

	/**
	 * Predict how long a call of the default priority that arrives now would take, by
	 * what runs cost.
	 * @param rows the number of its rows, at least 1
	 * @param before rows that go before it, besides those that wait
	 * @return the prediction, of no time if nothing is known
	 */
	Prediction predict(int rows, int before);

	/**
	 * Return why calls share no batches any more, whatever the policy says: a run has
	 * shown that outputs cannot be divided or joined.
	 * @return the reason, or {@code null} while they may
	 */
	@Nullable String obstacle();

	/**
	 * Return the policy, or the limits within which an objective has it chosen.
	 * @return the policy
	 */
	BatchingPolicy policy();

	/**
	 * Decide by another policy from now on, or within other limits. What waits already is
	 * decided on anew; it stays, also if it is more than the new queue capacity, and
	 * calls that were cut for a larger batch still run as they are.
	 * @param policy the policy
	 * @throws IllegalArgumentException if it has batches of several rows and there is an
	 * obstacle; the message says which
	 */
	void policy(BatchingPolicy policy);

	/**
	 * Add an instance, which takes batches from now on.
	 * @param function what it does with a batch
	 */
	void add(BatchFunction<I, O> function);

	/**
	 * Retire an instance. It finishes the batch that it runs, and takes no more.
	 * @param function what it does with a batch; if several instances do the same, the
	 * one that was added last is retired
	 * @return completes on the thread of the instance, as the last thing that it does
	 * @throws IllegalArgumentException if no instance does this
	 * @throws IllegalStateException if it is the last instance
	 */
	CompletableFuture<Void> retire(BatchFunction<I, O> function);

	/**
	 * Return when the present instances have ended, which they do after draining.
	 * @return completes on the thread of the last instance to end
	 */
	CompletableFuture<Void> ended();

}
