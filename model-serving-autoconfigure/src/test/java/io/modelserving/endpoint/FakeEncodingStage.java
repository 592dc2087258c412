package io.modelserving.endpoint;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import io.modelserving.batching.Deadline;
import io.modelserving.batching.admission.Prediction;
import io.modelserving.model.DerivedFutures;
import io.modelserving.model.InferenceException.Overloaded;

/**
 * Encodes on one thread that the test has, and expects the mean of what that took.
 */
final class FakeEncodingStage implements EncodingAdmission.Turns {

	private final Executor executor;

	private final LongSupplier nanoTime;

	private int waiting;

	private int running;

	private double nanosPerRequest;

	FakeEncodingStage(Executor executor, LongSupplier nanoTime) {
		this.executor = executor;
		this.nanoTime = nanoTime;
	}

	@Override
	public <O> CompletableFuture<O> submit(Supplier<CompletableFuture<O>> work, Deadline deadline) {
		CompletableFuture<O> response = new CompletableFuture<>();
		count(1, 0);
		try {
			this.executor.execute(() -> work(work, deadline, response));
		}
		catch (RejectedExecutionException ex) {
			count(-1, 0);
			return CompletableFuture.failedFuture(new Overloaded("no room", Duration.ofMillis(1)));
		}
		return response;
	}

	private <O> void work(Supplier<CompletableFuture<O>> work, Deadline deadline, CompletableFuture<O> response) {
		count(-1, 1);
		long begin = this.nanoTime.getAsLong();
		if (deadline.hasPassed(begin)) {
			count(0, -1);
			response.completeExceptionally(deadline.exceeded());
			return;
		}
		CompletableFuture<O> result = work.get();
		measured(this.nanoTime.getAsLong() - begin);
		DerivedFutures.link(result, response, response::complete, response::completeExceptionally);
	}

	private synchronized void count(int waits, int runs) {
		this.waiting += waits;
		this.running += runs;
	}

	private synchronized void measured(long nanos) {
		this.running--;
		this.nanosPerRequest += (this.nanosPerRequest == 0) ? nanos : 0.1 * (nanos - this.nanosPerRequest);
	}

	@Override
	public synchronized Prediction predict() {
		long own = (long) this.nanosPerRequest;
		long wait = (this.running == 0) ? 0 : (long) ((this.waiting + 0.5) * this.nanosPerRequest);
		return new Prediction(wait, wait + own, wait + own, own);
	}

}
