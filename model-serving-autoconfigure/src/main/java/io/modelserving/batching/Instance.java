package io.modelserving.batching;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.BatchQueue.Seat;

import io.modelserving.tensor.Workspace;

/**
 * One instance of a model: a platform thread that takes batches from the queue and runs
 * them, one after the other, until the queue is closed and empty or the instance is
 * retired. A batch that fails is divided in halves until the calls that make it fail are
 * alone; the others get their answers.
 */
final class Instance<I, O> implements Runnable {

	private static final System.Logger logger = System.getLogger(Instance.class.getName());

	private final BatchQueue<I, O> queue;

	private final BatchAdapter<I, O> adapter;

	private final BatchFunction<I, O> function;

	private final LoadEstimate load;

	private final BatchListener listener;

	private final Executor completions;

	private final LongSupplier nanoTime;

	private final BatchStopwatch stopwatch;

	private final Workspace workspace = new Workspace();

	private final InstanceActivity activity = new InstanceActivity();

	private final Seat seat;

	private final CompletableFuture<Void> ended = new CompletableFuture<>();

	private volatile boolean retired;

	private @Nullable Thread thread;

	Instance(BatchQueue<I, O> queue, BatchAdapter<I, O> adapter, BatchFunction<I, O> function, LoadEstimate load,
			BatchListener listener, Executor completions, LongSupplier nanoTime) {
		this.queue = queue;
		this.seat = queue.seat();
		this.adapter = adapter;
		this.function = function;
		this.load = load;
		this.listener = listener;
		this.completions = completions;
		this.nanoTime = nanoTime;
		this.stopwatch = new BatchStopwatch(nanoTime);
	}

	void start(String name) {
		Thread started = new Thread(this, name);
		started.setDaemon(true);
		this.thread = started;
		started.start();
	}

	BatchFunction<I, O> function() {
		return this.function;
	}

	InstanceSnapshot snapshot(long now) {
		String name = (this.thread != null) ? this.thread.getName() : "";
		return this.activity.snapshot(name, this.function.device(), now);
	}

	boolean isRetired() {
		return this.retired;
	}

	/**
	 * Take no more batches, and end after the one that runs.
	 * @return completes on this instance's thread, as the last thing that it does
	 */
	CompletableFuture<Void> retire() {
		this.retired = true;
		this.queue.takeAway(this.seat);
		return this.ended;
	}

	boolean isAlive() {
		return this.thread != null && this.thread.isAlive();
	}

	void join(Duration timeout) throws InterruptedException {
		if (this.thread != null && timeout.toMillis() > 0) {
			this.thread.join(timeout.toMillis());
		}
	}

	/**
	 * Wait for the thread to end, but not for a run that is under way. To be called once
	 * the queue is closed and empty.
	 */
	void joinUnlessBusy() throws InterruptedException {
		while (isAlive() && !this.activity.isBusy()) {
			join(Duration.ofMillis(10));
		}
	}

	void joinUninterruptibly() {
		boolean interrupted = false;
		while (this.thread != null && this.thread.isAlive()) {
			try {
				this.thread.join();
			}
			catch (InterruptedException ex) {
				interrupted = true;
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void run() {
		for (TakenBatch<I, O> taken = next(); taken != null; taken = next()) {
			try {
				handle(taken);
			}
			catch (Throwable ex) {
				logger.log(System.Logger.Level.ERROR, "the answers to a batch could not be handed over", ex);
				taken.batch().forEach(call -> call.answer().completeExceptionally(Failures.of(ex)));
			}
			finally {
				this.activity.end(this.nanoTime.getAsLong());
			}
		}
		this.ended.complete(null);
	}

	private @Nullable TakenBatch<I, O> next() {
		while (true) {
			try {
				return this.queue.take(this.seat);
			}
			catch (InterruptedException ex) {
				// An instance ends by closing the queue; an interrupt is what a run left
				// behind
				logger.log(System.Logger.Level.DEBUG, "interrupted; waiting on");
			}
		}
	}

	private void handle(TakenBatch<I, O> taken) {
		for (PendingCall<I, O> call : taken.unwanted()) {
			this.listener.rejected(call.whyUnwanted(), call.rows());
			fail(call, Failures.late(call.deadline()));
		}
		if (!taken.batch().isEmpty()) {
			Batch<I, O> batch = new Batch<>(taken.batch());
			long now = this.nanoTime.getAsLong();
			this.activity.begin(batch.calls().size(), batch.rows(), batch.waitedNanos(now), now);
			batch.calls().forEach(call -> this.listener.waited(now - call.arrival()));
			this.listener.dispatched(taken.reason(), batch.calls().size(), batch.rows());
			run(batch);
		}
	}

	private void run(Batch<I, O> batch) {
		List<O> answers;
		try {
			answers = batch.run(this.adapter, this.function, this.workspace, this.stopwatch);
		}
		catch (Throwable failure) {
			this.listener.executed(batch.calls().size(), batch.rows(), this.stopwatch.stop(), false);
			recover(batch, failure);
			return;
		}
		BatchTimes times = this.stopwatch.stop();
		this.load.executed(batch.calls().size(), batch.rows(), times.totalNanos());
		this.listener.executed(batch.calls().size(), batch.rows(), times, true);
		for (int i = 0; i < answers.size(); i++) {
			PendingCall<I, O> call = batch.calls().get(i);
			O answer = answers.get(i);
			Completions.execute(this.completions, () -> call.answer().complete(answer));
		}
	}

	private void recover(Batch<I, O> batch, Throwable failure) {
		if (batch.calls().size() == 1 || failure instanceof VirtualMachineError) {
			batch.calls().forEach(call -> fail(call, Failures.of(failure)));
			return;
		}
		for (Batch<I, O> half : batch.halves()) {
			Batch<I, O> wanted = half.wanted(this.nanoTime.getAsLong());
			half.calls()
				.stream()
				.filter(call -> !wanted.calls().contains(call))
				.forEach(call -> fail(call, Failures.late(call.deadline())));
			if (!wanted.calls().isEmpty()) {
				run(wanted);
			}
		}
	}

	private void fail(PendingCall<I, O> call, RuntimeException failure) {
		Completions.execute(this.completions, () -> call.answer().completeExceptionally(failure));
	}

}
