package io.modelserving.tuning;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import io.modelserving.model.InferenceException;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelLoadException;
import io.modelserving.tuning.TuningStatus.State;

/**
 * One tuning of a model, on one thread. Anyone may cancel it or ask for its status: the
 * tuning thread alone writes the status, and reads the cancellation before each step and
 * while it waits for measurements.
 */
final class TuningJob implements Runnable {

	private static final System.Logger logger = System.getLogger(TuningJob.class.getName());

	private final TuningBench bench;

	private final Consumer<TuningStatus> listener;

	private final LongSupplier nanoTime;

	private final CompletableFuture<String> cancellation;

	private final CompletableFuture<TuningStatus> ended = new CompletableFuture<>();

	private volatile TuningStatus status;

	/**
	 * Create a job.
	 * @param cancellation completed with the reason by the thread that ends the job; the
	 * bench knows of it, too
	 * @param listener is given the status at the end
	 */
	TuningJob(ModelKey key, TuningRequest request, TuningBench bench, CompletableFuture<String> cancellation,
			Consumer<TuningStatus> listener, LongSupplier nanoTime) {
		this.bench = bench;
		this.cancellation = cancellation;
		this.listener = listener;
		this.nanoTime = nanoTime;
		this.status = TuningStatus.begun(key, request, Instant.now());
	}

	TuningStatus status() {
		return this.status;
	}

	boolean isFor(ModelKey key) {
		return this.status.key().equals(key);
	}

	boolean hasEnded() {
		return this.ended.isDone();
	}

	/**
	 * End the job, unless it has ended.
	 * @return completes when it has
	 */
	CompletableFuture<TuningStatus> cancel(String reason) {
		this.cancellation.complete(reason);
		return this.ended.copy();
	}

	/**
	 * Wait for the end of the job.
	 * @return whether it has ended
	 */
	boolean await(Duration grace) {
		try {
			this.ended.get(grace.toNanos(), TimeUnit.NANOSECONDS);
			return true;
		}
		catch (TimeoutException | ExecutionException ex) {
			return hasEnded();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	@Override
	public void run() {
		TuningStatus end = this.status;
		try {
			TuningResult result = new Tuning(this.status.request(), this.bench, this::step, this.nanoTime).run();
			end = this.status.done(result);
			logger.log(System.Logger.Level.INFO, "Tuning of {0}: {1}", end.key(), result.reason());
		}
		catch (CancellationException ex) {
			end = this.status.ended(State.CANCELLED, this.cancellation.getNow("cancelled"));
		}
		catch (IllegalArgumentException | ModelLoadException | InferenceException ex) {
			logger.log(System.Logger.Level.WARNING, "Tuning of {0} failed: {1}", end.key(), ex.getMessage());
			end = this.status.ended(State.FAILED, String.valueOf(ex.getMessage()));
		}
		catch (RuntimeException | Error ex) {
			logger.log(System.Logger.Level.WARNING, "Tuning of " + this.status.key() + " failed", ex);
			end = this.status.ended(State.FAILED, String.valueOf(ex.getMessage()));
		}
		finally {
			this.status = end;
			this.ended.complete(end);
			this.listener.accept(end);
		}
	}

	private void step(int step, int steps, String doing) {
		if (this.cancellation.isDone()) {
			throw new CancellationException();
		}
		this.status = this.status.at(step, steps, doing);
	}

}
