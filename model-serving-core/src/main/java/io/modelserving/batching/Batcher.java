package io.modelserving.batching;

import java.time.Duration;
import java.util.List;
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
	 * Hand in a call. Does not wait for other calls, unless calls run on their callers'
	 * threads. Never throws.
	 * @param input what to run, already checked
	 * @param deadline until when the result is of use
	 * @param priority the level that the call waits at, 1 being served first, or 0 for
	 * the default one; of no effect where calls do not wait
	 * @return the result; or fails with an
	 * {@link io.modelserving.model.InferenceException}: {@code InvalidInput} if the call
	 * has no row, or more than could ever wait, or a priority that does not exist,
	 * {@code Overloaded} if there is no room or the deadline cannot be met,
	 * {@code DeadlineExceeded} once the deadline has passed, {@code ModelUnavailable}
	 * while draining, {@code ExecutionFailed} if this very call failed. Cancelling it
	 * takes the call out of the queue
	 */
	CompletableFuture<O> submit(I input, Deadline deadline, int priority);

	/**
	 * Hand in a call of the default priority, as {@link #submit(Object, Deadline, int)}
	 * does.
	 * @param input what to run, already checked
	 * @param deadline until when the result is of use
	 * @return the result
	 */
	default CompletableFuture<O> submit(I input, Deadline deadline) {
		return submit(input, deadline, 0);
	}

	BatcherSnapshot snapshot();

	/**
	 * Reject further calls and wait until those accepted are completed. After the grace,
	 * those that wait fail, runs under way are terminated, and have a moment to end.
	 * @param grace how long to wait
	 * @return whether all were completed and no instance runs any more; otherwise all
	 * have failed that were not, and a run may still be under way
	 */
	boolean drain(Duration grace);

	/**
	 * Reject further calls, fail those that wait, and wait for the runs under way.
	 */
	@Override
	void close();

	/**
	 * Build a batcher that runs calls on instances, each a thread of its own.
	 * @param <I> the type of what a call brings
	 * @param <O> the type of what it gets
	 * @param adapter how calls become a batch
	 * @param instances what each instance does with a batch; as many batches run at once
	 * @return the builder
	 */
	static <I, O> BatcherBuilder<I, O> dynamic(BatchAdapter<I, O> adapter,
			List<? extends BatchFunction<I, O>> instances) {
		return new BatcherBuilder<>(adapter, instances);
	}

}
