package io.modelserving.serving;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * Has the threads that bring requests wait for answers that are about to come. A server
 * that gives up its thread and gets it back for the answer spends more on that than on
 * running a small model. So a thread waits where the answers of a model have lately come
 * within milliseconds, and never much longer than that; whatever takes longer is answered
 * asynchronously.
 * <p>
 * Protocol: as many threads wait at once as there are permits, so that others are left
 * for requests of other kinds, and a thread that gets none does not wait. How long the
 * answers of a model take is an average that threads replace without a lock: of two that
 * do so at once, one may be lost. Thread-safe.
 */
public final class BriefWaits {

	/** Answers that usually take longer are not waited for. */
	static final Duration USUAL = Duration.ofMillis(4);

	/** A thread waits no longer for one of them. */
	static final Duration LONGEST = Duration.ofMillis(10);

	private static final double WEIGHT_OF_LATEST = 0.1;

	private final Semaphore permits;

	private final long longestNanos;

	private final LongSupplier nanoTime;

	private final Map<String, Double> usualNanos = new ConcurrentHashMap<>();

	/**
	 * Create waits.
	 * @param threads the number of threads that may wait at once; 0 for none
	 */
	public BriefWaits(int threads) {
		this(threads, LONGEST, System::nanoTime);
	}

	BriefWaits(int threads, Duration longest, LongSupplier nanoTime) {
		this.permits = new Semaphore(threads);
		this.longestNanos = longest.toNanos();
		this.nanoTime = nanoTime;
	}

	/**
	 * Wait for an answer, if it is likely to come soon.
	 * @param model the name of the model that gives it
	 * @param answer the answer
	 * @return whether it is there, be it a failure
	 */
	public boolean await(String model, CompletableFuture<?> answer) {
		if (answer.isDone()) {
			return true;
		}
		long begin = this.nanoTime.getAsLong();
		answer.whenComplete((response, failure) -> learn(model, this.nanoTime.getAsLong() - begin));
		if (!isSoon(model) || !this.permits.tryAcquire()) {
			return false;
		}
		try {
			answer.get(this.longestNanos, TimeUnit.NANOSECONDS);
			return true;
		}
		catch (ExecutionException | CancellationException ex) {
			return true;
		}
		catch (TimeoutException ex) {
			return false;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
		finally {
			this.permits.release();
		}
	}

	/**
	 * Return whether an answer of a model usually comes soon.
	 * @param model the name of the model
	 * @return whether it is worth waiting for
	 */
	boolean isSoon(String model) {
		return this.usualNanos.getOrDefault(model, 0.0) <= USUAL.toNanos();
	}

	/** One that takes very long says no more than one that is waited for in vain. */
	private void learn(String model, long nanos) {
		double latest = Math.min(nanos, 2 * LONGEST.toNanos());
		Double usual = this.usualNanos.get(model);
		this.usualNanos.put(model, (usual != null) ? usual + WEIGHT_OF_LATEST * (latest - usual) : latest);
	}

}
