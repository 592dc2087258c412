package io.modelserving.batching;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

import io.modelserving.batching.BatchQueue.Admission;
import io.modelserving.batching.BatchQueue.Length;
import io.modelserving.model.InferenceException;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.Overloaded;

/**
 * Batches calls dynamically on instances, of which there may be more or fewer as time
 * goes by.
 * <p>
 * Protocol: a caller's thread checks, slices and offers a call to the queue, and goes.
 * Each instance is a thread of its own, which takes a batch, runs it, and hands the
 * answers to the completion executor, so that no code of a caller ever runs on an
 * instance. The answer of a call is a future that is completed once, by whoever comes
 * first: the instance, the deadline timer, the caller who cancels, or the drain that
 * gives up. Whoever loses does nothing; a call whose answer is done is taken out of the
 * queue, or left out of the batch. The queue has the only lock. {@code inflight} counts
 * the calls that are not yet answered and is raised before a call is offered; it is
 * compared with zero only once the queue is closed, so that whoever sees zero has missed
 * none.
 */
final class DynamicBatcher<I, O> implements AdjustableBatcher<I, O> {

	private final BatchAdapter<I, O> adapter;

	private final BatchListener listener;

	private final Executor completions;

	private final DeadlineTimer timer;

	private final LongSupplier nanoTime;

	private final LoadEstimate load;

	private final BatchQueue<I, O> queue;

	private final InstancePool<I, O> instances;

	private final AtomicInteger inflight = new AtomicInteger();

	private final CompletableFuture<Void> answered = new CompletableFuture<>();

	private volatile boolean closed;

	DynamicBatcher(BatcherBuilder<I, O> settings) {
		this.adapter = settings.adapter;
		this.listener = new GuardedListener(settings.listener);
		this.completions = settings.completions();
		this.timer = settings.timer();
		this.nanoTime = settings.nanoTime;
		this.load = new LoadEstimate(settings.costs, settings.policy.maxBatchSize(), settings.functions.size());
		this.queue = new BatchQueue<>(settings.policy, settings.costs, this.nanoTime);
		this.instances = new InstancePool<>(settings.name, settings.functions, this::instance, this.load::instances);
	}

	private Instance<I, O> instance(BatchFunction<I, O> function) {
		return new Instance<>(this.queue, this.adapter, function, this.load, this.listener, this.completions,
				this.nanoTime);
	}

	/**
	 * Start the instances.
	 */
	void start() {
		this.instances.start();
	}

	@Override
	public void add(BatchFunction<I, O> function) {
		this.instances.add(function);
	}

	@Override
	public CompletableFuture<Void> retire(BatchFunction<I, O> function) {
		return this.instances.retire(function);
	}

	@Override
	public CompletableFuture<O> submit(I input, Deadline deadline, int priority) {
		long now = this.nanoTime.getAsLong();
		BatchingPolicy policy = this.queue.policy();
		try {
			int rows = this.adapter.rows(input);
			checkRows(rows, policy);
			int level = policy.priorities().level(priority);
			checkDeadline(deadline, rows, level, now);
			return enqueue(SlicedCall.of(input, rows, policy.maxBatchSize(), level, deadline, now, this.adapter),
					deadline, now);
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(Failures.of(ex));
		}
	}

	private static void checkRows(int rows, BatchingPolicy policy) {
		if (rows < 1) {
			throw Failures.noRows();
		}
		if (rows > policy.queueCapacity()) {
			throw new InvalidInput("the request has %d rows; a request may have at most %d (batching.queue-capacity)"
				.formatted(rows, policy.queueCapacity()));
		}
	}

	private void checkDeadline(Deadline deadline, int rows, int level, long now) {
		if (deadline.isNone()) {
			return;
		}
		if (deadline.hasPassed(now)) {
			this.listener.rejected(RejectionReason.EXPIRED, rows);
			throw Failures.late(deadline);
		}
		int queued = this.queue.rowsBefore(level);
		if (queued > 0 && this.load.leastNanosUntilAnswered(queued, rows) > deadline.remainingNanos(now)) {
			this.listener.rejected(RejectionReason.PREDICTED_LATE, rows);
			throw new Overloaded("%d rows wait; the answer could not be there within %s".formatted(queued, deadline),
					this.load.timeToDrain(queued));
		}
	}

	private CompletableFuture<O> enqueue(SlicedCall<I, O> call, Deadline deadline, long now) {
		this.inflight.incrementAndGet();
		Admission admission = this.queue.offer(call.slices());
		if (admission == Admission.ADMITTED) {
			watch(call, deadline, now);
			return call.answer();
		}
		left();
		return CompletableFuture.failedFuture(refusal(admission, call.rows()));
	}

	private void watch(SlicedCall<I, O> call, Deadline deadline, long now) {
		CompletableFuture<O> answer = call.answer();
		answer.whenComplete((output, failure) -> {
			if (failure != null) {
				withdraw(call.slices(), failure);
			}
			left();
		});
		if (!deadline.isNone() && !answer.isDone()) {
			Runnable stop = this.timer.schedule(deadline.remainingNanos(now), () -> Completions
				.execute(this.completions, () -> answer.completeExceptionally(Failures.late(deadline))));
			answer.whenComplete((output, failure) -> stop.run());
		}
	}

	private void withdraw(List<PendingCall<I, O>> slices, Throwable failure) {
		int rows = this.queue.remove(slices);
		if (rows > 0) {
			this.listener.rejected(RejectionReason.of(failure), rows);
		}
		slices.forEach(slice -> slice.answer().completeExceptionally(failure));
	}

	private void left() {
		if (this.inflight.decrementAndGet() == 0 && this.closed) {
			this.answered.complete(null);
		}
	}

	private InferenceException refusal(Admission admission, int rows) {
		if (admission == Admission.CLOSED) {
			this.listener.rejected(RejectionReason.DRAINING, rows);
			return Failures.closed();
		}
		this.listener.rejected(RejectionReason.QUEUE_FULL, rows);
		int queued = this.queue.length().rows();
		return new Overloaded("the queue is full: %d rows wait, %d are the most (batching.queue-capacity)"
			.formatted(queued, this.queue.policy().queueCapacity()), this.load.timeToDrain(queued));
	}

	@Override
	public BatchingPolicy policy() {
		return this.queue.policy();
	}

	@Override
	public void policy(BatchingPolicy policy) {
		this.queue.policy(policy);
		this.load.maxBatchSize(policy.maxBatchSize());
	}

	@Override
	public BatcherSnapshot snapshot() {
		Length length = this.queue.length();
		List<InstanceSnapshot> each = this.instances.snapshots(this.nanoTime.getAsLong());
		int busy = (int) each.stream().filter(InstanceSnapshot::busy).count();
		return new BatcherSnapshot(length.requests(), length.rows(), each.size(), busy, this.inflight.get(),
				this.load.rowsPerSecond(), length.oldestNanos(), each);
	}

	@Override
	public boolean drain(Duration grace) {
		long end = this.nanoTime.getAsLong() + TimeUnit.NANOSECONDS.convert(grace);
		closeQueue();
		boolean interrupted = false;
		try {
			this.instances.join(end, this.nanoTime);
			failWaiting();
			this.instances.joinUnlessBusy();
		}
		catch (InterruptedException ex) {
			interrupted = true;
			failWaiting();
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
			return false;
		}
		return !this.instances.isAnyAlive()
				&& Completions.await(this.answered, Duration.ofNanos(Math.max(0, end - this.nanoTime.getAsLong())));
	}

	private void closeQueue() {
		this.queue.close();
		this.closed = true;
		if (this.inflight.get() == 0) {
			this.answered.complete(null);
		}
	}

	private void failWaiting() {
		List<PendingCall<I, O>> waiting = this.queue.clear();
		waiting.forEach(call -> this.listener.rejected(RejectionReason.DRAINING, call.rows()));
		waiting.forEach(call -> call.answer().completeExceptionally(Failures.closed()));
	}

	@Override
	public void close() {
		closeQueue();
		failWaiting();
		this.instances.joinUninterruptibly();
	}

}
