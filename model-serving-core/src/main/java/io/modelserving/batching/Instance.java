package io.modelserving.batching;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.BatchQueue.WorkerSlot;

/**
 * One of the instances that run batches: a thread that takes batches from the queue and
 * has them run, one after the other, until the queue is closed and empty or the instance
 * is retired. Whatever is thrown here, the calls of the batch are completed and the
 * instance goes on.
 * <p>
 * Protocol: the slot is deregistered from an instance that is retired, which ends it, and
 * from one that hangs, which gets a new slot if its run ends and it was not retired
 * meanwhile. The lock of this object orders the two.
 */
final class Instance<I, O> implements Runnable {

	private static final System.Logger logger = System.getLogger(Instance.class.getName());

	private static final int ATTEMPTS = 100;

	private static final long PAUSE_NANOS = Duration.ofMillis(10).toNanos();

	private final InstanceParts<I, O> parts;

	private final BatchFunction<I, O> function;

	private final RunWatch<I, O> watch;

	private final BatchRunner<I, O> runner;

	private final InstanceActivity activity = new InstanceActivity();

	private final CompletableFuture<Void> ended = new CompletableFuture<>();

	private volatile WorkerSlot slot;

	private volatile boolean retired;

	private volatile boolean hung;

	private @Nullable Thread thread;

	/**
	 * Create an instance.
	 * @param hangs is given this instance when it hangs
	 */
	Instance(InstanceParts<I, O> parts, BatchFunction<I, O> function, Consumer<Instance<I, O>> hangs) {
		this.parts = parts;
		this.slot = parts.queue().register();
		this.function = function;
		this.watch = new RunWatch<>(parts, () -> {
			hang();
			hangs.accept(this);
		});
		this.runner = new BatchRunner<>(parts, function, this.watch);
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

	RunWatch<I, O> watch() {
		return this.watch;
	}

	InstanceSnapshot snapshot(long now) {
		String name = (this.thread != null) ? this.thread.getName() : "";
		return this.activity.snapshot(name, this.function.device(), this.hung, now);
	}

	boolean isRetired() {
		return this.retired;
	}

	boolean isHung() {
		return this.hung;
	}

	/**
	 * Take no more batches, and end after the one that runs.
	 * @return completes on this instance's thread, as the last thing that it does
	 */
	CompletableFuture<Void> retire() {
		synchronized (this) {
			this.retired = true;
			this.parts.queue().deregister(this.slot);
		}
		return this.ended;
	}

	CompletableFuture<Void> ended() {
		return this.ended;
	}

	private synchronized void hang() {
		this.hung = true;
		this.parts.queue().deregister(this.slot);
	}

	private synchronized boolean comesBack() {
		boolean back = this.hung && !this.retired;
		this.hung = false;
		if (back) {
			this.slot = this.parts.queue().register();
		}
		return back;
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
		boolean open = true;
		while (open) {
			TakenBatch<I, O> taken = null;
			try {
				taken = this.parts.queue().take(this.slot);
				if (taken != null) {
					handle(taken);
				}
				open = taken != null || comesBack();
			}
			catch (InterruptedException ex) {
				// An instance ends by closing the queue; an interrupt is what a run left
				// behind
				logger.log(System.Logger.Level.DEBUG, "interrupted; waiting on");
			}
			catch (Throwable ex) {
				failed(taken, ex);
			}
			finally {
				leave(taken);
			}
		}
		this.ended.complete(null);
	}

	private void handle(TakenBatch<I, O> taken) {
		for (PendingCall<I, O> call : taken.unwanted()) {
			this.parts.listener().rejected(call.whyUnwanted(), call.rows());
			CallCompletion.execute(this.parts.completionExecutor(),
					() -> call.result().completeExceptionally(call.deadline().exceeded()));
		}
		if (!taken.batch().isEmpty()) {
			Batch<I, O> batch = new Batch<>(taken.batch());
			long now = this.parts.nanoTime().getAsLong();
			this.activity.begin(batch.calls().size(), batch.rows(), batch.waitedNanos(now), now);
			batch.calls().forEach(call -> this.parts.listener().waited(now - call.arrival()));
			this.parts.listener().dispatched(taken.reason(), batch.calls().size(), batch.rows());
			this.runner.run(batch);
		}
	}

	/** Memory may be short: what fails is tried again, and nothing is thrown. */
	private void failed(@Nullable TakenBatch<I, O> taken, Throwable cause) {
		for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
			try {
				if (taken != null) {
					fail(taken.batch(), cause);
					fail(taken.unwanted(), cause);
				}
				logger.log(System.Logger.Level.ERROR,
						"an instance of " + this.parts.name() + " failed outside of a run, and goes on", cause);
				break;
			}
			catch (Throwable ex) {
				LockSupport.parkNanos(PAUSE_NANOS);
			}
		}
		if (taken == null) {
			LockSupport.parkNanos(PAUSE_NANOS);
		}
	}

	private void fail(List<PendingCall<I, O>> calls, Throwable cause) {
		for (PendingCall<I, O> call : calls) {
			if (!call.result().isDone()) {
				call.result().completeExceptionally(Failures.of(cause));
			}
		}
	}

	private void leave(@Nullable TakenBatch<I, O> taken) {
		if (taken == null) {
			return;
		}
		try {
			this.watch.end();
			this.activity.end(this.parts.nanoTime().getAsLong());
			taken.batch().forEach(PendingCall::left);
			taken.unwanted().forEach(PendingCall::left);
		}
		catch (Throwable ex) {
			failed(null, ex);
		}
	}

}
