package io.modelserving.batching;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.tensor.Workspace;

/**
 * Runs every call alone, on the caller's thread. One lock lets in one caller at a time
 * and guards the workspace; closing takes the same lock and so waits for the run under
 * way.
 */
final class DirectBatcher<I, O> implements Batcher<I, O> {

	private final BatchAdapter<I, O> adapter;

	private final BatchFunction<I, O> function;

	private final LongSupplier nanoTime;

	private final ReentrantLock lock = new ReentrantLock();

	private final Workspace workspace = new Workspace();

	private boolean closed;

	DirectBatcher(BatchAdapter<I, O> adapter, BatchFunction<I, O> function, LongSupplier nanoTime) {
		this.adapter = adapter;
		this.function = function;
		this.nanoTime = nanoTime;
	}

	@Override
	public CompletableFuture<O> submit(I input, Deadline deadline) {
		this.lock.lock();
		try {
			if (this.closed) {
				return CompletableFuture.failedFuture(
						new ModelUnavailable("the model is closed and takes no more requests", Duration.ofSeconds(1)));
			}
			if (deadline.hasPassed(this.nanoTime.getAsLong())) {
				return CompletableFuture.failedFuture(Failures.late(deadline));
			}
			List<I> inputs = List.of(input);
			O output = this.function.run(this.adapter.merge(inputs, this.workspace), this.workspace);
			return CompletableFuture.completedFuture(this.adapter.scatter(output, inputs).get(0));
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(Failures.of(ex));
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public BatcherSnapshot snapshot() {
		int running = this.lock.isLocked() ? 1 : 0;
		return new BatcherSnapshot(0, 0, 1, running, running, 0);
	}

	@Override
	public boolean drain(Duration grace) {
		close();
		return true;
	}

	@Override
	public void close() {
		this.lock.lock();
		this.closed = true;
		this.lock.unlock();
	}

}
