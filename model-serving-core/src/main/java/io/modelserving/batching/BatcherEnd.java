package io.modelserving.batching;

import io.modelserving.batching.admission.RejectionReason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Ends a batcher: no further call is accepted; accepted calls complete or fail. Several
 * threads may do it, also again for what has not ended. Thread-safe.
 */
final class BatcherEnd<I, O> {

	private final BatchQueue<I, O> queue;

	private final InstancePool<I, O> instances;

	private final AcceptedCalls<I, O> accepted;

	private final BatchListener listener;

	private final Executor completionExecutor;

	private final HangPolicy hangs;

	private final LongSupplier nanoTime;

	private final @Nullable BatchThreads own;

	/**
	 * Create an end.
	 * @param own threads that belong to the batcher and end with its instances, or
	 * {@code null} if it has none
	 */
	BatcherEnd(BatchQueue<I, O> queue, InstancePool<I, O> instances, AcceptedCalls<I, O> accepted,
			BatchListener listener, Executor completionExecutor, HangPolicy hangs, LongSupplier nanoTime,
			@Nullable BatchThreads own) {
		this.queue = queue;
		this.instances = instances;
		this.accepted = accepted;
		this.listener = listener;
		this.completionExecutor = completionExecutor;
		this.hangs = hangs;
		this.nanoTime = nanoTime;
		this.own = own;
	}

	/**
	 * Wait until the calls that were accepted are completed. After the grace, fail those
	 * that wait, terminate the runs under way, and fail their calls if they do not end.
	 * @return whether no instance runs any more and all calls are completed
	 */
	boolean drain(Duration grace) {
		long end = this.nanoTime.getAsLong() + TimeUnit.NANOSECONDS.convert(grace);
		closeQueue();
		try {
			this.instances.join(end, this.nanoTime);
			failWaiting();
			this.instances.joinUnlessBusy();
			if (this.instances.isAnyAlive()) {
				this.instances.terminate();
				end = this.nanoTime.getAsLong() + this.hangs.grace().toNanos();
				this.instances.join(end, this.nanoTime);
				failUnderWay();
			}
		}
		catch (InterruptedException ex) {
			failWaiting();
			Thread.currentThread().interrupt();
			return false;
		}
		return !this.instances.isAnyAlive()
				&& this.accepted.awaitResults(Duration.ofNanos(Math.max(0, end - this.nanoTime.getAsLong())));
	}

	/**
	 * Fail what waits, and wait for the runs under way.
	 */
	void close() {
		closeQueue();
		failWaiting();
		this.instances.joinUninterruptibly();
	}

	private void closeQueue() {
		this.instances.close();
		this.queue.close();
		this.accepted.close();
		if (this.own != null) {
			this.instances.ended().thenRun(this.own::close);
		}
	}

	private void failWaiting() {
		List<PendingCall<I, O>> waiting = this.queue.clear();
		waiting.forEach(call -> this.listener.rejected(RejectionReason.DRAINING, call.rows()));
		waiting.forEach(call -> call.result().completeExceptionally(Failures.closed()));
		waiting.forEach(PendingCall::left);
	}

	private void failUnderWay() {
		for (Batch<I, O> batch : this.instances.underWay()) {
			for (PendingCall<I, O> call : batch.calls()) {
				CallCompletion.execute(this.completionExecutor,
						() -> call.result().completeExceptionally(Failures.closed()));
			}
		}
	}

}
