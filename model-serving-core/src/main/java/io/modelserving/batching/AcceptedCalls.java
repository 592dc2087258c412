package io.modelserving.batching;

import io.modelserving.batching.admission.Prediction;
import io.modelserving.batching.admission.RejectionReason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * The calls that were accepted and are not yet completed: completes them at their
 * deadlines, and stops the work for those that were completed early.
 * <p>
 * Protocol: the count is raised before a call is offered to the queue; it is compared
 * with zero only once the queue is closed, so that a reader of zero has missed no call.
 * Runs that nobody waits for are terminated before a deadline is handed to the completion
 * executor, as the code of callers may take its time. Thread-safe.
 */
final class AcceptedCalls<I, O> {

	private final BatchQueue<I, O> queue;

	private final InstancePool<I, O> instances;

	private final @Nullable ObjectiveControl objective;

	private final BatchListener listener;

	private final Executor completionExecutor;

	private final DeadlineTimer timer;

	private final LongSupplier nanoTime;

	private final AtomicInteger count = new AtomicInteger();

	private final CompletableFuture<Void> completed = new CompletableFuture<>();

	private volatile boolean closed;

	AcceptedCalls(BatchQueue<I, O> queue, InstancePool<I, O> instances, @Nullable ObjectiveControl objective,
			BatchListener listener, Executor completionExecutor, DeadlineTimer timer, LongSupplier nanoTime) {
		this.queue = queue;
		this.instances = instances;
		this.objective = objective;
		this.listener = listener;
		this.completionExecutor = completionExecutor;
		this.timer = timer;
		this.nanoTime = nanoTime;
	}

	/**
	 * A call is about to be offered.
	 */
	void enters() {
		this.count.incrementAndGet();
	}

	/**
	 * A call was not accepted, or is completed.
	 */
	void leaves() {
		if (this.count.decrementAndGet() == 0 && this.closed) {
			this.completed.complete(null);
		}
	}

	/**
	 * Watch a call that was accepted, until it leaves.
	 * @param prediction what was predicted for it
	 * @param now the current nanosecond time
	 */
	void watch(SlicedCall<I, O> call, Deadline deadline, Prediction prediction, long now) {
		CompletableFuture<O> result = call.result();
		result.whenComplete((output, failure) -> {
			if (failure != null) {
				withdraw(call.slices(), failure);
			}
			else if (this.objective != null) {
				this.objective.completed(call.slices().get(0).level(), prediction, this.nanoTime.getAsLong() - now);
			}
			leaves();
		});
		if (!deadline.isNone() && !result.isDone()) {
			Runnable stop = this.timer.schedule(deadline.remainingNanos(now), () -> expire(result, deadline));
			result.whenComplete((output, failure) -> stop.run());
		}
	}

	private void expire(CompletableFuture<O> result, Deadline deadline) {
		this.instances.check(this.nanoTime.getAsLong());
		CallCompletion.execute(this.completionExecutor, () -> result.completeExceptionally(deadline.exceeded()));
	}

	private void withdraw(List<PendingCall<I, O>> slices, Throwable failure) {
		int rows = this.queue.remove(slices);
		if (rows > 0) {
			this.listener.rejected(RejectionReason.of(failure), rows);
		}
		slices.forEach(slice -> slice.result().completeExceptionally(failure));
		this.instances.check(this.nanoTime.getAsLong());
	}

	int count() {
		return this.count.get();
	}

	/**
	 * The queue is closed.
	 */
	void close() {
		this.closed = true;
		if (this.count.get() == 0) {
			this.completed.complete(null);
		}
	}

	/**
	 * Wait until all are completed, once the queue is closed.
	 * @return whether they are
	 */
	boolean awaitResults(Duration timeout) {
		return CallCompletion.await(this.completed, timeout);
	}

}
