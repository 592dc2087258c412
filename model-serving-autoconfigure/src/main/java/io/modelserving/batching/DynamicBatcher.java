package io.modelserving.batching;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

import io.modelserving.batching.BatchQueue.Length;
import io.modelserving.model.InferenceException.DeadlineExceeded;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.InferenceException.Overloaded;

/**
 * Batches calls dynamically on a fixed number of instances.
 * <p>
 * Protocol: a caller's thread checks, slices and offers a call to the queue, and goes.
 * Each instance is a thread of its own, which takes a batch, runs it, and hands the
 * answers to the completion executor, so that no code of a caller ever runs on an
 * instance. The answer of a call is a future that is completed once, by whoever comes
 * first: the instance, the deadline timer, the caller who cancels, or the drain that
 * gives up. Whoever loses does nothing; a call whose answer is done is taken out of the
 * queue, or left out of the batch. The queue has the only lock. {@code inflight} counts
 * the calls that are not yet answered and is raised before a call is offered, so that a
 * drain which sees zero after closing the queue has missed none.
 */
final class DynamicBatcher<I, O> implements Batcher<I, O> {

	private final String name;

	private final BatchingPolicy policy;

	private final BatchAdapter<I, O> adapter;

	private final BatchListener listener;

	private final Executor completions;

	private final DeadlineTimer timer;

	private final LongSupplier nanoTime;

	private final LoadEstimate load;

	private final BatchQueue<I, O> queue;

	private final List<Instance<I, O>> instances = new ArrayList<>();

	private final AtomicInteger inflight = new AtomicInteger();

	private final CompletableFuture<Void> answered = new CompletableFuture<>();

	private volatile boolean closing;

	DynamicBatcher(BatcherBuilder<I, O> settings) {
		this.name = settings.name;
		this.policy = settings.policy;
		this.adapter = settings.adapter;
		this.listener = settings.listener;
		this.completions = settings.completions;
		this.timer = settings.timer;
		this.nanoTime = settings.nanoTime;
		this.load = new LoadEstimate(settings.costs, this.policy.maxBatchSize(), settings.functions.size());
		this.queue = new BatchQueue<>(this.policy, settings.costs, this.nanoTime);
		for (BatchFunction<I, O> function : settings.functions) {
			this.instances.add(new Instance<>(this.queue, this.adapter, function, this.load, this.listener,
					this.completions, this.nanoTime));
		}
	}

	/**
	 * Start the instances.
	 */
	void start() {
		for (int i = 0; i < this.instances.size(); i++) {
			this.instances.get(i).start(this.name + "-" + i);
		}
	}

	@Override
	public CompletableFuture<O> submit(I input, Deadline deadline) {
		long now = this.nanoTime.getAsLong();
		int rows = this.adapter.rows(input);
		if (rows > this.policy.queueCapacity()) {
			return CompletableFuture.failedFuture(
					new InvalidInput("the request has %d rows; a request may have at most %d (batching.queue-capacity)"
						.formatted(rows, this.policy.queueCapacity())));
		}
		if (deadline.hasPassed(now)) {
			this.listener.rejected(RejectionReason.EXPIRED, rows);
			return CompletableFuture.failedFuture(late(deadline));
		}
		Length length = this.queue.length();
		if (isPredictedLate(length, rows, deadline, now)) {
			this.listener.rejected(RejectionReason.PREDICTED_LATE, rows);
			return CompletableFuture.failedFuture(new Overloaded(
					"%d rows wait; the answer could not be there within %s".formatted(length.rows(), deadline),
					this.load.timeToDrain(length.rows())));
		}
		return enqueue(input, rows, deadline, now);
	}

	private boolean isPredictedLate(Length length, int rows, Deadline deadline, long now) {
		return !deadline.isNone() && length.rows() > 0
				&& this.load.leastNanosUntilAnswered(length.rows(), rows) > deadline.remainingNanos(now);
	}

	private CompletableFuture<O> enqueue(I input, int rows, Deadline deadline, long now) {
		List<PendingCall<I, O>> slices = slices(input, rows, deadline, now);
		CompletableFuture<O> answer = (slices.size() == 1) ? slices.get(0).answer() : joined(slices);
		this.inflight.incrementAndGet();
		Runnable stopTimer = deadline.isNone() ? () -> {
		} : this.timer.schedule(deadline.remainingNanos(now),
				() -> execute(() -> answer.completeExceptionally(late(deadline))));
		answer.whenComplete((output, failure) -> {
			stopTimer.run();
			if (failure != null) {
				giveUp(slices, failure);
			}
			if (this.inflight.decrementAndGet() == 0 && this.closing) {
				this.answered.complete(null);
			}
		});
		switch (this.queue.offer(slices)) {
			case ADMITTED -> {
				if (answer.isDone()) {
					giveUp(slices, new CancellationException());
				}
			}
			case FULL -> {
				this.listener.rejected(RejectionReason.QUEUE_FULL, rows);
				int queued = this.queue.length().rows();
				answer.completeExceptionally(
						new Overloaded("the queue is full: %d rows wait, %d are the most (batching.queue-capacity)"
							.formatted(queued, this.policy.queueCapacity()), this.load.timeToDrain(queued)));
			}
			case CLOSED -> {
				this.listener.rejected(RejectionReason.DRAINING, rows);
				answer.completeExceptionally(draining());
			}
		}
		return answer;
	}

	private List<PendingCall<I, O>> slices(I input, int rows, Deadline deadline, long now) {
		int limit = this.policy.maxBatchSize();
		if (rows <= limit) {
			return List.of(new PendingCall<>(input, rows, this.adapter.group(input), deadline, now,
					new CompletableFuture<>()));
		}
		List<PendingCall<I, O>> slices = new ArrayList<>();
		for (int from = 0; from < rows; from += limit) {
			int to = Math.min(rows, from + limit);
			I slice = this.adapter.slice(input, from, to);
			slices.add(new PendingCall<>(slice, to - from, this.adapter.group(slice), deadline, now,
					new CompletableFuture<>()));
		}
		return slices;
	}

	private CompletableFuture<O> joined(List<PendingCall<I, O>> slices) {
		CompletableFuture<O> answer = new CompletableFuture<>();
		AtomicInteger missing = new AtomicInteger(slices.size());
		for (PendingCall<I, O> slice : slices) {
			slice.answer().whenComplete((output, failure) -> {
				if (failure != null) {
					answer.completeExceptionally(failure);
				}
				else if (missing.decrementAndGet() == 0) {
					complete(answer, slices);
				}
			});
		}
		return answer;
	}

	private void complete(CompletableFuture<O> answer, List<PendingCall<I, O>> slices) {
		try {
			answer.complete(this.adapter.join(slices.stream().map(slice -> slice.answer().join()).toList()));
		}
		catch (RuntimeException ex) {
			answer.completeExceptionally(Failures.of(ex));
		}
	}

	private void giveUp(List<PendingCall<I, O>> slices, Throwable failure) {
		for (PendingCall<I, O> slice : slices) {
			slice.answer().cancel(false);
			if (this.queue.remove(slice)) {
				this.listener.rejected(reasonOf(failure), slice.rows());
			}
		}
	}

	private static RejectionReason reasonOf(Throwable failure) {
		return (failure instanceof DeadlineExceeded) ? RejectionReason.EXPIRED : RejectionReason.CANCELLED;
	}

	private void execute(Runnable task) {
		Completions.execute(this.completions, task);
	}

	private static DeadlineExceeded late(Deadline deadline) {
		return Failures.late(deadline);
	}

	private static ModelUnavailable draining() {
		return new ModelUnavailable("the model is shutting down and takes no more requests", Duration.ofSeconds(1));
	}

	@Override
	public BatcherSnapshot snapshot() {
		Length length = this.queue.length();
		int busy = (int) this.instances.stream().filter(Instance::isBusy).count();
		return new BatcherSnapshot(length.requests(), length.rows(), this.instances.size(), busy, this.inflight.get(),
				this.load.rowsPerSecond());
	}

	@Override
	public boolean drain(Duration grace) {
		long end = this.nanoTime.getAsLong() + grace.toNanos();
		closeQueue();
		boolean interrupted = false;
		try {
			for (Instance<I, O> instance : this.instances) {
				instance.join(Duration.ofNanos(Math.max(0, end - this.nanoTime.getAsLong())));
			}
		}
		catch (InterruptedException ex) {
			interrupted = true;
		}
		List<PendingCall<I, O>> left = this.queue.clear();
		left.forEach(call -> this.listener.rejected(RejectionReason.DRAINING, call.rows()));
		left.forEach(call -> call.answer().completeExceptionally(draining()));
		if (interrupted) {
			Thread.currentThread().interrupt();
			return false;
		}
		boolean ended = this.instances.stream().noneMatch(Instance::isAlive);
		return ended
				&& Completions.await(this.answered, Duration.ofNanos(Math.max(0, end - this.nanoTime.getAsLong())));
	}

	private void closeQueue() {
		this.closing = true;
		this.queue.close();
		if (this.inflight.get() == 0) {
			this.answered.complete(null);
		}
	}

	@Override
	public void close() {
		closeQueue();
		List<PendingCall<I, O>> left = this.queue.clear();
		left.forEach(call -> call.answer().completeExceptionally(draining()));
		this.instances.forEach(Instance::joinUninterruptibly);
	}

}
