package io.modelserving.tuning;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Lock;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import io.modelserving.serving.BatchingLimits;
import io.modelserving.serving.lifecycle.SessionFunction;
import io.modelserving.batching.BatchListener;
import io.modelserving.batching.BatchTimes;
import io.modelserving.batching.Batcher;
import io.modelserving.batching.BatchingPolicy;
import io.modelserving.model.Model;
import io.modelserving.model.ModelKey;
import io.modelserving.tensor.NamedTensors;

/**
 * Sessions of one setup, on which batch sizes are tried through a batcher like the one
 * that serves. Used by one thread; the instances are threads that it starts, which have
 * its priority.
 */
final class SessionRig implements TuningBench.Rig {

	private final ModelKey key;

	private final List<Model> sessions;

	private final List<SessionFunction> functions;

	private final TuningSamples samples;

	private final BatchingLimits limits;

	private final @Nullable Integer concurrency;

	private final Lock measuring;

	private final LongSupplier nanoTime;

	private final CompletableFuture<String> cancellation;

	/**
	 * Create a rig.
	 * @param sessions what it closes
	 * @param functions what its instances do
	 * @param limits the delay and the capacity in force
	 * @param concurrency the number of requests in flight, or {@code null} for as many as
	 * saturate the instances
	 */
	SessionRig(ModelKey key, List<Model> sessions, List<SessionFunction> functions, TuningSamples samples,
			BatchingLimits limits, @Nullable Integer concurrency, Lock measuring, LongSupplier nanoTime,
			CompletableFuture<String> cancellation) {
		this.key = key;
		this.sessions = sessions;
		this.functions = functions;
		this.samples = samples;
		this.limits = limits;
		this.concurrency = concurrency;
		this.measuring = measuring;
		this.nanoTime = nanoTime;
		this.cancellation = cancellation;
	}

	@Override
	public Figures measure(int maxBatchSize, Duration slice) {
		this.measuring.lock();
		try {
			return measureAlone(maxBatchSize, slice);
		}
		finally {
			this.measuring.unlock();
		}
	}

	private Figures measureAlone(int maxBatchSize, Duration slice) {
		int inflight = (this.concurrency != null) ? this.concurrency
				: this.samples.saturating(this.functions.size(), maxBatchSize);
		int capacity = Math.max(this.limits.queueCapacity(), Math.max(maxBatchSize, inflight * this.samples.rows()));
		BatchCounts counts = new BatchCounts();
		try (Batcher<NamedTensors, NamedTensors> batcher = Batcher.dynamic(this.samples.adapter(), this.functions)
			.name("tuning-" + this.key)
			.policy(new BatchingPolicy(maxBatchSize, this.limits.maxQueueDelay(), capacity))
			.listener(counts)
			.completionExecutor(Runnable::run)
			.nanoTime(this.nanoTime)
			.build()) {
			ClosedLoop loop = new ClosedLoop(batcher, this.samples.requests(), inflight, this.nanoTime);
			loop.begin(slice);
			ClosedLoop.Seen seen = loop.await(this.cancellation);
			return seen.figures(this.samples.rows(), this.samples.meanRows(counts.rows.sum(), counts.batches.sum()));
		}
	}

	@Override
	public void close() {
		this.sessions.forEach(Model::close);
	}

	/**
	 * Counts batches and what is in them.
	 */
	private static final class BatchCounts implements BatchListener {

		private final LongAdder batches = new LongAdder();

		private final LongAdder rows = new LongAdder();

		@Override
		public void executed(int requests, int rows, BatchTimes times, boolean succeeded) {
			this.batches.increment();
			this.rows.add(rows);
		}

	}

}
