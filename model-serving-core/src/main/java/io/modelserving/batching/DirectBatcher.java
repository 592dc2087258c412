package io.modelserving.batching;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

import io.modelserving.tensor.Workspace;

/**
 * Runs every call alone, on the caller's thread. One lock lets in one caller at a time
 * and guards the workspace. Closing raises a flag, which a caller reads once it holds the
 * lock, and then takes the lock too, and so waits for the run under way.
 */
final class DirectBatcher<I, O> implements Batcher<I, O> {

	private final BatchAdapter<I, O> adapter;

	private final BatchFunction<I, O> function;

	private final LongSupplier nanoTime;

	private final ReentrantLock lock = new ReentrantLock();

	private final Workspace workspace = new Workspace();

	private volatile boolean closed;

	DirectBatcher(BatchAdapter<I, O> adapter, BatchFunction<I, O> function, LongSupplier nanoTime) {
		this.adapter = adapter;
		this.function = function;
		this.nanoTime = nanoTime;
	}

	@Override
	public CompletableFuture<O> submit(I input, Deadline deadline, int priority) {
		this.lock.lock();
		try {
			return CompletableFuture.completedFuture(run(input, deadline));
		}
		catch (RuntimeException | Error ex) {
			return CompletableFuture.failedFuture(Failures.of(ex));
		}
		finally {
			this.lock.unlock();
		}
	}

	private O run(I input, Deadline deadline) {
		if (this.adapter.rows(input) < 1) {
			throw Failures.noRows();
		}
		if (deadline.hasPassed(this.nanoTime.getAsLong())) {
			throw Failures.late(deadline);
		}
		if (this.closed) {
			throw Failures.closed();
		}
		List<I> inputs = List.of(input);
		O output = this.function.run(this.adapter.merge(inputs, this.workspace), this.workspace);
		if (this.adapter.mismatch(output, inputs) == null) {
			return this.adapter.scatter(output, inputs).get(0);
		}
		BatchAdapter<I, O> alone = this.adapter.alone();
		O whole = this.adapter.keeps(input) ? output
				: this.function.run(alone.merge(inputs, this.workspace), this.workspace);
		return alone.scatter(whole, inputs).get(0);
	}

	@Override
	public BatcherSnapshot snapshot() {
		int running = this.lock.isLocked() ? 1 : 0;
		return new BatcherSnapshot(0, 0, 1, running, running, 0);
	}

	@Override
	public boolean drain(Duration grace) {
		this.closed = true;
		try {
			if (!this.lock.tryLock(TimeUnit.NANOSECONDS.convert(grace), TimeUnit.NANOSECONDS)) {
				return false;
			}
			this.lock.unlock();
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	@Override
	public void close() {
		this.closed = true;
		this.lock.lock();
		this.lock.unlock();
	}

}
