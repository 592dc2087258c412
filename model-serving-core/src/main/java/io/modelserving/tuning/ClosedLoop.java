package io.modelserving.tuning;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.Batcher;
import io.modelserving.batching.Deadline;
import io.modelserving.tensor.NamedTensors;

/**
 * Keeps a number of requests in flight and times them.
 * <p>
 * Protocol: the thread that completes a result records it under the lock of this object,
 * and sends the next request outside of it. Results count once each of the first requests
 * has been completed and a fifth of the time has passed; earlier ones warm up. Counting
 * begins and ends with a result, so that the time between them holds whole results only.
 * It ends when the time is up and each request in flight has been completed twice while
 * counting, or with the first failure.
 */
final class ClosedLoop {

	private static final int MOST_LATENCIES = 1 << 20;

	private final Batcher<NamedTensors, NamedTensors> batcher;

	private final List<NamedTensors> requests;

	private final int inflight;

	private final LongSupplier nanoTime;

	private final CompletableFuture<Void> end = new CompletableFuture<>();

	private long[] latencies = new long[1024];

	private long warmUntil;

	private long countNanos;

	private int warming;

	private boolean counting;

	private long begin;

	private long last;

	private int completed;

	private boolean finished;

	private int next;

	ClosedLoop(Batcher<NamedTensors, NamedTensors> batcher, List<NamedTensors> requests, int inflight,
			LongSupplier nanoTime) {
		this.batcher = batcher;
		this.requests = requests;
		this.inflight = inflight;
		this.nanoTime = nanoTime;
	}

	/**
	 * Send the first requests.
	 * @param slice the time to run, warming up included, unless results take longer
	 */
	void begin(Duration slice) {
		long warmNanos = slice.toNanos() / 5;
		this.countNanos = slice.toNanos() - warmNanos;
		this.warmUntil = this.nanoTime.getAsLong() + warmNanos;
		for (int i = 0; i < this.inflight; i++) {
			send();
		}
	}

	/**
	 * Wait until the time is up.
	 * @param cancellation ends it early when it completes
	 * @return what was seen
	 * @throws CancellationException if it was ended early
	 * @throws io.modelserving.model.InferenceException if a request fails
	 */
	Seen await(CompletableFuture<?> cancellation) {
		try {
			CompletableFuture.anyOf(this.end, cancellation).join();
		}
		catch (CompletionException ex) {
			throw (ex.getCause() instanceof RuntimeException failure) ? failure : ex;
		}
		synchronized (this) {
			this.finished = true;
			if (!this.end.isDone()) {
				throw new CancellationException();
			}
			return new Seen(this.completed, this.last - this.begin,
					Arrays.copyOf(this.latencies, Math.min(this.completed, MOST_LATENCIES)));
		}
	}

	private void send() {
		NamedTensors request;
		synchronized (this) {
			request = this.requests.get(this.next++ % this.requests.size());
		}
		long sent = this.nanoTime.getAsLong();
		this.batcher.submit(request, Deadline.NONE).whenComplete((result, failure) -> {
			if (record(this.nanoTime.getAsLong(), sent, failure)) {
				send();
			}
		});
	}

	private synchronized boolean record(long now, long sent, @Nullable Throwable failure) {
		if (this.finished) {
			return false;
		}
		if (failure != null) {
			this.finished = true;
			this.end.completeExceptionally(failure);
			return false;
		}
		if (this.counting) {
			count(now, now - sent);
		}
		else if (++this.warming >= this.inflight && now - this.warmUntil >= 0) {
			this.counting = true;
			this.begin = now;
		}
		return !this.finished;
	}

	private void count(long now, long nanos) {
		if (this.completed < MOST_LATENCIES) {
			if (this.completed == this.latencies.length) {
				this.latencies = Arrays.copyOf(this.latencies, 2 * this.completed);
			}
			this.latencies[this.completed] = nanos;
		}
		this.completed++;
		this.last = now;
		if (now - this.begin >= this.countNanos && this.completed >= 2 * this.inflight) {
			this.finished = true;
			this.end.complete(null);
		}
	}

	/**
	 * What was seen.
	 *
	 * @param completed the number of results that count
	 * @param nanos the time that they took together
	 * @param latencies the time of each
	 */
	record Seen(int completed, long nanos, long[] latencies) {

		/**
		 * Return the figures.
		 * @param rows the rows of each request
		 * @param meanBatchRows the rows of a batch
		 */
		Figures figures(int rows, double meanBatchRows) {
			long[] sorted = this.latencies.clone();
			Arrays.sort(sorted);
			return new Figures(1e9 * this.completed * rows / Math.max(1, this.nanos), percentile(sorted, 0.5),
					percentile(sorted, 0.99), meanBatchRows, this.completed);
		}

		private static long percentile(long[] sorted, double share) {
			return sorted[(int) Math.ceil(share * sorted.length) - 1];
		}

	}

}
