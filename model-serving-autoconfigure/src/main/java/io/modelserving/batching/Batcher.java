package io.modelserving.batching;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Runs calls on a bounded number of instances, several calls at once where it pays.
 * Thread-safe.
 *
 * @param <I> the type of what a call brings
 * @param <O> the type of what it gets
 */
public interface Batcher<I, O> extends AutoCloseable {

	/**
	 * Hand in a call. Never blocks on other calls.
	 * @param input what to run, already checked
	 * @param deadline until when the answer is of use
	 * @return the answer; or fails with an
	 * {@link io.modelserving.model.InferenceException}: {@code Overloaded} if there is no
	 * room or the deadline cannot be met, {@code DeadlineExceeded} once the deadline has
	 * passed, {@code ModelUnavailable} while draining, {@code ExecutionFailed} if this
	 * very call failed. Cancelling it takes the call out of the queue
	 */
	CompletableFuture<O> submit(I input, Deadline deadline);

	BatcherSnapshot snapshot();

	/**
	 * Refuse further calls and wait until those accepted are answered.
	 * @param grace how long to wait
	 * @return whether all were answered and no instance runs any more; otherwise those
	 * that still wait have failed, and a run may still be under way
	 */
	boolean drain(Duration grace);

	/**
	 * Refuse further calls, fail those that wait, and wait for the runs under way.
	 */
	@Override
	void close();

}
