package io.modelserving.serving.cache;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import io.modelserving.tensor.NamedTensors;

/**
 * A run that all equal calls wait for.
 * <p>
 * Protocol: the lock of this object guards the number of callers and the run; no future
 * is completed under it. The run is ended once no caller is left; a flight that has been
 * abandoned takes no further callers. Thread-safe.
 */
final class Flight {

	private final int level;

	private final CompletableFuture<NamedTensors> result = new CompletableFuture<>();

	private int callers;

	private boolean abandoned;

	private @Nullable CompletableFuture<NamedTensors> run;

	Flight(int level) {
		this.level = level;
	}

	/**
	 * Return the level at which its run waits.
	 */
	int level() {
		return this.level;
	}

	CompletableFuture<NamedTensors> result() {
		return this.result;
	}

	/**
	 * Return the result.
	 * @return the result, or {@code null} if it is not there yet, or never will be
	 */
	@Nullable NamedTensors outputs() {
		return (this.result.isDone() && !this.result.isCompletedExceptionally()) ? this.result.join() : null;
	}

	/**
	 * Wait for the result, too.
	 * @return whether that is possible
	 */
	synchronized boolean enter() {
		if (this.abandoned || this.result.isCompletedExceptionally()) {
			return false;
		}
		this.callers++;
		return true;
	}

	/**
	 * Wait no longer.
	 * @param reason why, or {@code null} if the result is there
	 * @return whether nobody waits any more for a result that is not there yet
	 */
	boolean leave(@Nullable Throwable reason) {
		CompletableFuture<NamedTensors> unwanted;
		synchronized (this) {
			this.callers--;
			if (this.callers > 0 || this.abandoned || this.result.isDone()) {
				return false;
			}
			this.abandoned = true;
			unwanted = this.run;
		}
		if (unwanted != null) {
			end(unwanted, reason);
		}
		return true;
	}

	synchronized boolean isAbandoned() {
		return this.abandoned;
	}

	/**
	 * The run has begun.
	 */
	void began(CompletableFuture<NamedTensors> begun) {
		boolean unwanted;
		synchronized (this) {
			this.run = begun;
			unwanted = this.abandoned;
		}
		if (unwanted) {
			end(begun, null);
		}
	}

	/** What ends the last call ends the run, so that it counts as what it was. */
	private static void end(CompletableFuture<NamedTensors> run, @Nullable Throwable reason) {
		if (reason == null || reason instanceof CancellationException) {
			run.cancel(false);
		}
		else {
			run.completeExceptionally(reason);
		}
	}

}
