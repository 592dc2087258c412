package io.modelserving.serving.statistics;

import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

import io.modelserving.model.Outcome;
import io.modelserving.batching.BatchListener;
import io.modelserving.batching.BatchTimes;
import io.modelserving.batching.DispatchReason;
import io.modelserving.batching.admission.RejectionReason;
import io.modelserving.serving.cache.CacheListener;
import io.modelserving.serving.cache.CacheOutcome;
import io.modelserving.serving.statistics.ModelStatistics.BatchFigures;
import io.modelserving.serving.statistics.ModelStatistics.Figure;

/**
 * Adds up what happens to one version of a model. Thread-safe; recording takes no lock
 * and no memory, but for a batch size that occurs for the first time.
 */
final class VersionStatistics implements BatchListener, CacheListener {

	private static final long NEVER = Long.MIN_VALUE;

	private final InstantSource clock;

	private final LongAdder[] dispatches = adders(DispatchReason.values().length);

	private final LongAdder[] rejections = adders(RejectionReason.values().length);

	private final FigureAdder success = new FigureAdder();

	private final FigureAdder fail = new FigureAdder();

	private final FigureAdder queue = new FigureAdder();

	private final FigureAdder cacheHit = new FigureAdder();

	private final FigureAdder cacheMiss = new FigureAdder();

	private final LongAdder inferences = new LongAdder();

	private final LongAdder executions = new LongAdder();

	private final ComputeAdders compute = new ComputeAdders();

	private final BatchSizeAdders batches = new BatchSizeAdders();

	private volatile long lastInference = NEVER;

	VersionStatistics(InstantSource clock) {
		this.clock = clock;
	}

	private static LongAdder[] adders(int count) {
		LongAdder[] adders = new LongAdder[count];
		for (int i = 0; i < count; i++) {
			adders[i] = new LongAdder();
		}
		return adders;
	}

	void completed(Outcome outcome, long nanos) {
		((outcome == Outcome.SUCCESS) ? this.success : this.fail).add(nanos);
	}

	@Override
	public void waited(long nanos) {
		this.queue.add(nanos);
	}

	@Override
	public void looked(CacheOutcome outcome, long nanos) {
		switch (outcome) {
			case HIT, SHARED -> {
				this.cacheHit.add(nanos);
				this.queue.add(0);
			}
			case MISS -> this.cacheMiss.add(nanos);
			case BYPASSED -> {
				// the cache was not asked
			}
		}
	}

	@Override
	public void dispatched(DispatchReason reason, int requests, int rows) {
		this.dispatches[reason.ordinal()].increment();
	}

	@Override
	public void rejected(RejectionReason reason, int rows) {
		this.rejections[reason.ordinal()].increment();
	}

	@Override
	public void executed(int requests, int rows, BatchTimes times, boolean succeeded) {
		if (succeeded) {
			this.executions.increment();
			this.inferences.add(rows);
			this.compute.add(times, requests);
			this.batches.add(rows, times);
			this.lastInference = this.clock.millis();
		}
	}

	ModelStatistics read() {
		long last = this.lastInference;
		BatchFigures computed = this.compute.figures();
		return new ModelStatistics((last != NEVER) ? Instant.ofEpochMilli(last) : null, this.inferences.sum(),
				this.executions.sum(), this.success.figure(), this.fail.figure(), this.queue.figure(),
				computed.computeInput(), computed.computeInfer(), computed.computeOutput(), this.batches.figures(),
				counts(DispatchReason.class, this.dispatches), counts(RejectionReason.class, this.rejections),
				this.cacheHit.figure(), this.cacheMiss.figure());
	}

	private static <E extends Enum<E>> Map<E, Long> counts(Class<E> type, LongAdder[] adders) {
		Map<E, Long> counts = new EnumMap<>(type);
		for (E reason : type.getEnumConstants()) {
			long count = adders[reason.ordinal()].sum();
			if (count > 0) {
				counts.put(reason, count);
			}
		}
		return counts;
	}

	private static final class FigureAdder {

		private final LongAdder count = new LongAdder();

		private final LongAdder nanos = new LongAdder();

		void add(long duration) {
			this.count.increment();
			this.nanos.add(duration);
		}

		Figure figure() {
			return new Figure(this.count.sum(), this.nanos.sum());
		}

	}

}
