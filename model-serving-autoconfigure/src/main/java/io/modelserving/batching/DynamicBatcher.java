package io.modelserving.batching;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.Admission.Verdict;

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

	private final @Nullable ObjectiveControl objective;

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
		this.queue = new BatchQueue<>(settings.policy, this.load, this.nanoTime);
		this.objective = (settings.objective != null) ? new ObjectiveControl(settings.objective, settings.policy,
				this.load, this.nanoTime.getAsLong(), this::batchBy) : null;
		if (this.objective != null) {
			batchBy(this.objective.policy());
		}
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

	private void batchBy(BatchingPolicy policy) {
		this.queue.policy(policy);
		this.load.maxBatchSize(policy.maxBatchSize());
	}

	@Override
	public CompletableFuture<O> submit(I input, Deadline deadline, int priority) {
		long now = this.nanoTime.getAsLong();
		return submit(input, deadline, priority, now, now);
	}

	@Override
	public CompletableFuture<O> submit(I input, Deadline deadline, int priority, long arrival) {
		return submit(input, deadline, priority, arrival, this.nanoTime.getAsLong());
	}

	private CompletableFuture<O> submit(I input, Deadline deadline, int priority, long arrival, long now) {
		try {
			int rows = this.adapter.rows(input);
			if (this.objective != null) {
				this.objective.arrived(rows, now);
			}
			BatchingPolicy policy = this.queue.policy();
			checkRows(rows, policy);
			int level = policy.priorities().level(priority);
			if (deadline.hasPassed(now)) {
				this.listener.rejected(RejectionReason.EXPIRED, rows);
				throw Failures.late(deadline);
			}
			return enqueue(SlicedCall.of(input, rows, policy.maxBatchSize(), level, deadline, now, this.adapter),
					deadline, arrival, now);
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(Failures.of(ex));
		}
	}

	@Override
	public Optional<Overloaded> refusal(int priority, long arrival) {
		long now = this.nanoTime.getAsLong();
		int level = this.queue.policy().priorities().level(priority);
		Admission admission = this.queue.judge(level, 1, allowance(level, Long.MAX_VALUE, now - arrival), now);
		if (admission.verdict() == Verdict.ADMITTED || admission.verdict() == Verdict.CLOSED) {
			return Optional.empty();
		}
		this.listener.rejected(RejectionReason.of(admission.verdict()), 1);
		return Optional.of(overloaded(admission, Deadline.NONE));
	}

	private Overloaded overloaded(Admission admission, Deadline deadline) {
		return Failures.overloaded(admission, this.queue.policy(), deadline,
				(this.objective != null) ? this.objective.objective() : null);
	}

	private static void checkRows(int rows, BatchingPolicy policy) {
		if (rows < 1) {
			throw Failures.noRows();
		}
		if (rows > policy.queueCapacity()) {
			throw InvalidInput
				.overLimit("the request has %d rows; a request may have at most %d (batching.queue-capacity)"
					.formatted(rows, policy.queueCapacity()));
		}
	}

	private CompletableFuture<O> enqueue(SlicedCall<I, O> call, Deadline deadline, long arrival, long now) {
		int level = call.slices().get(0).level();
		Allowance allowance = allowance(level, deadline.remainingNanos(now), now - arrival);
		this.inflight.incrementAndGet();
		Admission admission = this.queue.offer(call.slices(), allowance, now);
		if (admission.verdict() != Verdict.ADMITTED) {
			left();
			this.listener.rejected(RejectionReason.of(admission.verdict()), call.rows());
			return CompletableFuture.failedFuture(
					(admission.verdict() == Verdict.CLOSED) ? Failures.closed() : overloaded(admission, deadline));
		}
		watch(call, deadline, admission.prediction(), now);
		return call.answer();
	}

	private Allowance allowance(int level, long deadlineNanos, long elapsedNanos) {
		if (this.objective != null) {
			return this.objective.allowance(level, deadlineNanos, elapsedNanos);
		}
		return (deadlineNanos == Long.MAX_VALUE) ? Allowance.ANY : new Allowance(deadlineNanos, Long.MAX_VALUE, 0, 1);
	}

	private void watch(SlicedCall<I, O> call, Deadline deadline, Prediction prediction, long now) {
		CompletableFuture<O> answer = call.answer();
		answer.whenComplete((output, failure) -> {
			if (failure != null) {
				withdraw(call.slices(), failure);
			}
			else if (this.objective != null) {
				this.objective.answered(call.slices().get(0).level(), prediction, this.nanoTime.getAsLong() - now);
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

	@Override
	public Prediction predict(int rows, int before) {
		return this.queue.predict(this.queue.policy().priorities().defaultLevel(), rows, before);
	}

	@Override
	public BatchingPolicy policy() {
		return (this.objective != null) ? this.objective.limits() : this.queue.policy();
	}

	@Override
	public void policy(BatchingPolicy policy) {
		if (this.objective != null) {
			this.objective.limits(policy, this.nanoTime.getAsLong());
		}
		else {
			batchBy(policy);
		}
	}

	@Override
	public BatcherSnapshot snapshot() {
		QueueLength length = this.queue.length();
		List<InstanceSnapshot> each = this.instances.snapshots(this.nanoTime.getAsLong());
		int busy = (int) each.stream().filter(InstanceSnapshot::busy).count();
		return new BatcherSnapshot(length.requests(), length.rows(), each.size(), busy, this.inflight.get(),
				this.load.rowsPerSecond(), length.oldestNanos(), each, objectiveStatus());
	}

	private @Nullable ObjectiveStatus objectiveStatus() {
		return (this.objective != null) ? this.objective.status(predict(1, 0)) : null;
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
